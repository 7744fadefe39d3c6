MODEL (
  name core.using_join,
  kind FULL
);

select customer_id, o.amount, c.email from stg.orders o join stg.customers c using (customer_id)
