MODEL (
  name core.fx_asof,
  kind FULL
);

select o.order_id, f.rate from stg.orders o asof join raw.fx f match_condition (o.day >= f.day) on o.status = f.currency
