MODEL (
  name core.ctes,
  kind FULL
);

with base as (select order_id, customer_id, amount, day from stg.orders), monthly as (select date_trunc(month, day) as month, customer_id, sum(amount) as total from base group by 1, 2), ranked as (select *, rank() over (partition by month order by total desc) as rnk from monthly) select month, customer_id, total, rnk, total / sum(total) over (partition by month) as share from ranked where rnk <= 10
