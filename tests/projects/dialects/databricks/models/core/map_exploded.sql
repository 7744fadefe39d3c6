MODEL (
  name core.map_exploded,
  kind FULL
);

SELECT trip_id, k, v FROM raw.trips LATERAL VIEW explode(attrs) AS k, v WHERE k <> 'x'
