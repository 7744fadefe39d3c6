MODEL (
  name core.sampled,
  kind FULL
);

select order_id, status from stg.orders sample (10)
