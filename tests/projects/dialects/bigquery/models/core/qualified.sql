MODEL (
  name core.qualified,
  kind FULL
);

select * from stg.orders2 qualify row_number() over (partition by customer_id order by created_at desc) = 1
