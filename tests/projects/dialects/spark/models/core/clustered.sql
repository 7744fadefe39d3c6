MODEL (
  name core.clustered,
  kind FULL
);

SELECT id, user FROM stg.clicks CLUSTER BY user
