MODEL (
  name core.pivoted,
  kind FULL
);

select * from (select customer_id, status, amount from stg.orders) pivot (sum(amount) for status in ('paid', 'open')) as p
