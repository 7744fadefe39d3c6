MODEL (
  name stg.orders,
  kind VIEW
);

-- renamed, typed
select
    order_id::number as order_id, -- the key
    customer_id,
    convert_timezone('UTC', ordered_at) as ordered_at_utc,
    ordered_at::date as ordered_date,
    to_date(ordered_at) as d2,
    lower(status) as status,
    amount,
    amount / 100 as amount_units,
    nvl(amount, 0) as amount0,
    zeroifnull(amount) as amount_z,
    iff(is_gift, 'gift', 'own') as gift,
    payload:customer.id::int as payload_customer,
    payload:items[0].sku::string as first_sku,
    payload['source'] as source,
    payload:flag::boolean as flag,
    get_path(payload, 'a.b') as ab,
    try_to_number(status) as maybe,
    array_size(tags) as n_tags,
    rate, is_gift, payload, tags, ordered_at, loaded_at, day
from raw.orders
where status is distinct from 'test'
