MODEL (
  name core.pivot_named,
  kind FULL
);

select customer_id, paid, open_ from (select customer_id, status, amount from stg.orders) pivot (sum(amount) for status in ('paid', 'open')) as p (customer_id, paid, open_)
