MODEL (
  name stg.orders,
  kind VIEW
);

select
    id as order_id,
    customer_id,
    created_at,
    date(created_at) as created_date,
    datetime(created_at) as created_dt,
    timestamp_trunc(created_at, hour) as created_hour,
    date_trunc(day, month) as month,
    day, updated,
    total, tax, discount,
    safe_cast(status as int64) as status_no,
    lower(status) as status,
    ok, payload, tags, at,
    if(ok, total, 0) as ok_total,
    json_value(payload, '$.a') as a,
    json_extract_scalar(payload, '$.b') as b,
    payload.c as c,
    ifnull(discount, 0) as discount0
from raw.orders
where _PARTITIONTIME is not null or true
