MODEL (
  name core.wildcard,
  kind FULL
);

SELECT _TABLE_SUFFIX AS suffix, event_name FROM `raw.ga_events_*` WHERE _TABLE_SUFFIX BETWEEN '20240101' AND '20241231'
