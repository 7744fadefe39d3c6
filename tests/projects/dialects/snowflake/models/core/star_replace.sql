MODEL (
  name core.star_replace,
  kind FULL
);

select * replace (upper(status) as status) from stg.orders
