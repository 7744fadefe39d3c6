MODEL (
  name core.union_names,
  kind FULL
);

SELECT order_id AS id, 'order' AS what FROM stg.orders UNION ALL BY NAME SELECT 'item' AS what, order_id AS id FROM stg.items
