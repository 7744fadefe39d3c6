MODEL (
  name core.time_travel,
  kind FULL
);

select order_id, status from raw.orders at (offset => -60*5)
