MODEL (
  name core.incremental,
  kind INCREMENTAL_BY_UNIQUE_KEY (unique_key order_id)
);

select order_id, status, max(loaded_at) as loaded_at from stg.orders where ordered_date between @start_ds and @end_ds group by order_id, status
