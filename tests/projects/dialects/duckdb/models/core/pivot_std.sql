MODEL (
  name core.pivot_std,
  kind FULL
);

SELECT * FROM (SELECT customer_id, status, amount FROM stg.orders) PIVOT (sum(amount) AS total, count(*) AS n FOR status IN ('paid' AS paid, 'open' AS open))
