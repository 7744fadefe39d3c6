MODEL (
  name core.dist,
  kind FULL
);

SELECT id, user FROM stg.clicks DISTRIBUTE BY user SORT BY id
