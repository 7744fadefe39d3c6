MODEL (
  name core.latest_order,
  kind FULL
);

SELECT * FROM stg.orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1
