MODEL (
  name core.pivot_macro,
  kind FULL
);

select customer_id, @PIVOT(status, ['paid', 'open'], agg := 'sum', then_value := amount, prefix := 's_') from stg.orders group by customer_id
