MODEL (
  name core.explode_select,
  kind FULL
);

SELECT trip_id, explode(tags) AS tag FROM raw.trips
