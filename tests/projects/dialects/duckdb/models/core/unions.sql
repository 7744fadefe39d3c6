MODEL (
  name core.unions,
  kind FULL
);

(SELECT customer_id, name FROM stg.customers WHERE is_active) UNION SELECT customer_id, NULL FROM stg.orders EXCEPT SELECT 0, 'x' ORDER BY 1 LIMIT 100
