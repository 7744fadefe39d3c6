MODEL (
  name core.pivot_any,
  kind FULL
);

select * from stg.flat pivot (max(qty) for sku in (any order by sku))
