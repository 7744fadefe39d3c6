MODEL (
  name core.grouping,
  kind FULL
);

SELECT status, channel, grouping(status) AS g, sum(amount) AS total FROM stg.orders GROUP BY GROUPING SETS ((status), (status, channel), ())
