MODEL (
  name core.latest,
  kind FULL
);

select * from stg.orders qualify row_number() over (partition by customer_id order by ordered_at desc) = 1
