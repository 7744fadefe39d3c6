MODEL (
  name core.setops,
  kind FULL
);

SELECT customer_id FROM stg.orders UNION SELECT customer_id FROM stg.customers EXCEPT SELECT 1
