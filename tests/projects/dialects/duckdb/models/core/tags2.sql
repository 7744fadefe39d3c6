MODEL (
  name core.tags2,
  kind FULL
);

SELECT order_id, unnest(tags) AS tag, generate_subscripts(tags, 1) AS pos FROM stg.orders
