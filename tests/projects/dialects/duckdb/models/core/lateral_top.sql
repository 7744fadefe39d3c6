MODEL (
  name core.lateral_top,
  kind FULL
);

SELECT c.name, t.order_id, t.amount FROM stg.customers c, LATERAL (SELECT order_id, amount FROM stg.orders o WHERE o.customer_id = c.customer_id ORDER BY amount DESC LIMIT 3) t
