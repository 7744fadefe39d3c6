MODEL (
  name core.ctes,
  kind FULL
);

WITH a AS (SELECT customer_id, SUM(Amount) AS s FROM stg.orders GROUP BY customer_id), b (cid, total) AS (SELECT customer_id, s FROM a WHERE s > 10) SELECT b.cid, c.Name, b.total FROM b INNER JOIN stg.customers AS c ON c.customer_id = b.cid
