MODEL (
  name core.window_funcs,
  kind FULL
);

select order_id, sum(amount) over (partition by customer_id order by day rows between 6 preceding and current row) as r7, lag(status) ignore nulls over (partition by customer_id order by day) as prev, first_value(amount) over (partition by customer_id order by day) as fv, dense_rank() over (order by amount desc) as dr, ntile(10) over (order by amount) as dec, conditional_true_event(is_gift) over (partition by customer_id order by day) as cte, cume_dist() over (order by amount) cd, lead(day, 1, '2024-01-01') over (order by day) as nx, avg(amount) over (partition by status) as ast, max(ordered_at) over () as latest, count(distinct status) over (partition by day) as cds from stg.orders
