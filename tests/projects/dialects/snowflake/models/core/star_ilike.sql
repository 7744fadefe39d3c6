MODEL (
  name core.star_ilike,
  kind FULL
);

select * ilike '%amount%' from stg.orders
