MODEL (
  name core.star_exclude,
  kind FULL
);

select * exclude (payload, tags), amount * 2 as twice from stg.orders
