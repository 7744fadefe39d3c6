MODEL (
  name stg.events,
  kind FULL
);

SELECT event_id, user_id AS uid, kind, at, at AT TIME ZONE 'UTC' AS at_utc, date_trunc('hour', at) AS hour, props['page'] AS page, element_at(props, 'x') AS px, map_keys(props) AS ks, list_sum(scores) AS s, list_transform(scores, v -> v * 2) AS doubled, list_filter(scores, lambda v : v > 0) AS positive, scores[1:2] AS firsts
FROM raw.events
