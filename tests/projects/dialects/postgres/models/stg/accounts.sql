MODEL (
  name stg.accounts,
  kind VIEW
);

-- accounts of the app
SELECT a.id AS account_id, lower(email) AS email, created_at::date AS created_on, date_trunc('month', created_at) AS month, updated_at AT TIME ZONE 'UTC' AS upd, settings->>'theme' AS theme, settings#>>'{a,b}' AS ab, settings->'flags' AS flags, settings ? 'x' AS has_x, array_length(tags, 1) AS n_tags, tags[1] AS tag1, 'a' = ANY(tags) AS is_a, balance, balance / 3 AS third, small / 2 AS half, is_admin IS TRUE AS admin, kind, birth, age(birth) AS age, rating, score, small, tags, key, settings, created_at FROM app.accounts AS a
