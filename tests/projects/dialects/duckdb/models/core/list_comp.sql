MODEL (
  name core.list_comp,
  kind FULL
);

SELECT [x * 2 FOR x IN scores IF x > 1] AS xs, event_id FROM raw.events
