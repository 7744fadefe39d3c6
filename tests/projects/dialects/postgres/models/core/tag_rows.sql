MODEL (
  name core.tag_rows,
  kind FULL
);

SELECT account_id, unnest(tags) AS tag FROM stg.accounts
