MODEL (
  name core.joins,
  kind FULL
);

SELECT o.id, c.name, c.country FROM stg.orders o STRAIGHT_JOIN shop.customers c ON c.customer = o.customer
