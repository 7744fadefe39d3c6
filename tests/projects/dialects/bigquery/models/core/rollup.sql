MODEL (
  name core.rollup,
  kind FULL
);

SELECT status, day, SUM(total) AS s, GROUPING(status) AS g FROM stg.orders2 GROUP BY ROLLUP(status, day)
