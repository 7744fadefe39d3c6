MODEL (
  name stg.orders2,
  kind VIEW
);

select id as order_id, customer_id, created_at, day, total, tax, discount, status, ok, payload, tags, updated, at from raw.orders
