MODEL (
  name core.nested,
  kind FULL
);

select x.a, x.b from (select y.a, y.b + 1 as b from (select customer_id as a, count(*) as b from stg.orders group by customer_id) y where y.b > 1) x
