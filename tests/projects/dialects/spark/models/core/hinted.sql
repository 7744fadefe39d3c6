MODEL (
  name core.hinted,
  kind FULL
);

SELECT /*+ REPARTITION(3), BROADCAST(u) */ c.id, u.country FROM stg.clicks c JOIN lake.users u ON c.user = u.user
