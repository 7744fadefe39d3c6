MODEL (
  name core.set_ops,
  kind FULL
);

select customer_id, status from stg.orders union all select customer_id, email from stg.customers minus select 1, 'x'
