MODEL (
  name core.using_q,
  kind FULL
);

SELECT customer, name, total FROM stg.orders LEFT JOIN shop.customers USING (customer) ORDER BY total DESC LIMIT 5, 10
