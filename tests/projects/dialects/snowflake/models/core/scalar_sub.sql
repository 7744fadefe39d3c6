MODEL (
  name core.scalar_sub,
  kind FULL
);

select c.customer_id, (select max(amount) from stg.orders o where o.customer_id = c.customer_id) as best, (select count(*) from raw.events) as n_events from stg.customers c
