MODEL (
  name core.params,
  kind FULL
);

SELECT e.event_name, p.key, p.value.string_value AS s, COALESCE(p.value.double_value, p.value.int_value) AS n FROM raw.events AS e, UNNEST(e.event_params) AS p
