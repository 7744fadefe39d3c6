MODEL (
  name core.pivoted,
  kind FULL
);

SELECT * FROM (PIVOT (SELECT customer_id, status, amount FROM stg.orders) ON status IN ('paid', 'open') USING sum(amount) GROUP BY customer_id)
