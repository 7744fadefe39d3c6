MODEL (
  name stg.flat,
  kind FULL
);

select o.order_id, f.value:sku::varchar as sku, f.value:qty::number(10,2) as qty, f.index as idx, f.key as k, f.value as raw_value, f.seq, f.path from raw.orders o, lateral flatten(input => o.payload:items) f
