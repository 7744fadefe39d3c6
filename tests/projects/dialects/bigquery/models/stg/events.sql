MODEL (
  name stg.events,
  kind VIEW
);

-- GA4 export
SELECT
  PARSE_DATE('%Y%m%d', event_date) AS event_date,
  TIMESTAMP_MICROS(event_timestamp) AS event_at,
  event_name,
  user_pseudo_id,
  (SELECT value.string_value FROM UNNEST(event_params) WHERE key = 'page_location') AS page,
  (SELECT ep.value.int_value FROM UNNEST(event_params) AS ep WHERE ep.key = 'ga_session_id') AS session_id,
  device.category AS device_category,
  device.os,
  geo.country,
  ARRAY_LENGTH(items) AS n_items,
  items[SAFE_OFFSET(0)].item_id AS first_item,
  items, event_params,
  ts
FROM raw.events
