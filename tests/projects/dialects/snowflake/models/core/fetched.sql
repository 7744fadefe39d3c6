MODEL (
  name core.fetched,
  kind FULL
);

select order_id from stg.orders order by 1 offset 10 rows fetch next 5 rows only
