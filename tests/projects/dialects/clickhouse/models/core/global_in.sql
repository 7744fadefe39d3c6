MODEL (
  name core.global_in,
  kind FULL
);

SELECT id FROM stg.hits WHERE user_id GLOBAL IN (SELECT id FROM db1.users)
