MODEL (
  name core.grouping,
  kind FULL
);

SELECT host, dt, sum(ms) AS s, grouping(host) AS g FROM stg.logs GROUP BY CUBE (host, dt)
