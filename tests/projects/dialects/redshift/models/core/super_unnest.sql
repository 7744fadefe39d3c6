MODEL (
  name core.super_unnest,
  kind FULL
);

select s.sale_id, i.sku, i.qty as item_qty from stg.sales s, s.extra.items i
