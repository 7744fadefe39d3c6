MODEL (
  name core.limit_by,
  kind FULL
);

SELECT user_id, url FROM stg.hits ORDER BY at DESC LIMIT 2 BY user_id
