MODEL (
  name core.applied,
  kind FULL
);

SELECT c.customer_id, x.order_id, x.Amount FROM stg.customers c CROSS APPLY (SELECT TOP 1 o.order_id, o.Amount FROM stg.orders o WHERE o.customer_id = c.customer_id ORDER BY o.Amount DESC) AS x
