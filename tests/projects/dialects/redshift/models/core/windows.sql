MODEL (
  name core.windows,
  kind FULL
);

select sale_id, lag(price) over (partition by buyer order by sold_at) as prev, sum(price) over (partition by buyer order by sold_at rows unbounded preceding) as run, rank() over (order by price) as rk, row_number() over (partition by buyer order by day) as rn, first_value(code ignore nulls) over (partition by buyer order by day rows between unbounded preceding and current row) as fv, count(*) over (partition by day) as c, ntile(4) over (order by price) as nt, avg(qty) over () as aq, max(sum(price)) over () as ms from stg.sales group by sale_id, buyer, sold_at, price, day, code, qty
