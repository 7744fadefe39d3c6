MODEL (
  name stg.customers,
  kind VIEW
);

select *, first_name || ' ' || last_name as full_name, attrs:plan::varchar as plan, "MixedCase" as mixed, split_part(email, '@', 2) as domain, datediff('day', created, current_timestamp()) as age_days, sha2(email, 256) as h from raw.customers
