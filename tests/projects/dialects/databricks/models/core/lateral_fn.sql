MODEL (
  name core.lateral_fn,
  kind FULL
);

SELECT t.trip_id, s.col AS tag FROM raw.trips t, LATERAL explode(t.tags) s
