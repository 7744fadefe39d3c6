MODEL (
  name core.aggs,
  kind FULL
);

SELECT customer, COUNT(*) AS n, COUNT(DISTINCT day) AS nd, SUM(total) AS s, SUM(qty) AS sq, SUM(m) AS sm, AVG(total) AS a, AVG(m) AS am, MIN(day) AS mn, MAX(placed) AS mx, GROUP_CONCAT(note ORDER BY day SEPARATOR ';') AS g, STDDEV(ratio) AS sd, ANY_VALUE(note) AS av, JSON_ARRAYAGG(note) AS ja, BIT_OR(m) AS bo, SUM(flag = 1) AS fl FROM stg.orders GROUP BY customer WITH ROLLUP
