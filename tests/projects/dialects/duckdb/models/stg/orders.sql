MODEL (
  name stg.orders,
  kind VIEW
);

-- one row per order
SELECT
  order_id::BIGINT AS order_id, -- key
  customer_id,
  ordered_at,
  CAST(ordered_at AS DATE) AS ordered_on,
  lower(trim(status)) AS status,
  amount,
  amount * 1.2 AS gross,
  amount / 3 AS third,
  list_distinct(tags) AS tags,
  len(tags) AS tag_count,
  tags[1] AS first_tag,
  meta->>'$.channel' AS channel,
  meta->'a'->>'b' AS deep,
  json_extract_string(meta, '$.x') AS x
FROM raw.orders
WHERE status <> 'test'
