MODEL (
  name core.unions,
  kind FULL
);

(SELECT id, note FROM stg.orders LIMIT 3) UNION ALL (SELECT customer, name FROM shop.customers) ORDER BY id
