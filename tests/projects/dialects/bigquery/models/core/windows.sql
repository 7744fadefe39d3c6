MODEL (
  name core.windows,
  kind FULL
);

select order_id, sum(total) over w as run, lag(status, 1) over w as prev, lead(day) over w as nxt, rank() over (order by total) as rk, first_value(status ignore nulls) over w as fv, ntile(4) over w as q, count(*) over () as n, percentile_cont(discount, 0.5) over (partition by status) as p50, avg(order_id) over (partition by customer_id order by unix_date(day) range between 6 preceding and current row) as a7, last_value(status) over (w rows between unbounded preceding and unbounded following) as lv from stg.orders2 window w as (partition by customer_id order by day)
