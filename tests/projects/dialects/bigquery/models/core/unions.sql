MODEL (
  name core.unions,
  kind FULL
);

SELECT order_id AS id, status FROM stg.orders2 UNION ALL SELECT customer_id, name FROM stg.customers UNION DISTINCT SELECT 1, 'x'
