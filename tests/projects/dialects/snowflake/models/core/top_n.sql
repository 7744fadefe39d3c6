MODEL (
  name core.top_n,
  kind FULL
);

select top 10 order_id, amount from stg.orders order by amount desc
