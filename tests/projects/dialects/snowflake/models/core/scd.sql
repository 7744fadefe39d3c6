MODEL (
  name core.scd,
  kind SCD_TYPE_2_BY_TIME (unique_key customer_id, updated_at_name created)
);

select customer_id, email, created from stg.customers
