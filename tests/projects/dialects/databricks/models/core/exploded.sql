MODEL (
  name core.exploded,
  kind FULL
);

SELECT trip_id, stop.name AS stop_name, stop.lat FROM raw.trips LATERAL VIEW explode(stops) s AS stop
