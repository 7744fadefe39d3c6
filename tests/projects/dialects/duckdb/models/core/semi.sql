MODEL (
  name core.semi,
  kind FULL
);

SELECT * FROM stg.customers c SEMI JOIN stg.orders o ON o.customer_id = c.customer_id
