MODEL (
  name core.ctes,
  kind FULL
);

WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5), x AS (SELECT customer, SUM(total) AS t FROM stg.orders GROUP BY 1) SELECT n.i, x.customer, x.t FROM n CROSS JOIN x
