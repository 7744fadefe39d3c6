MODEL (
  name core.super_simple,
  kind FULL
);

select s.sale_id, t as tag from raw.sales as s, s.extra as t
