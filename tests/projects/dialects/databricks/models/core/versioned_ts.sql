MODEL (
  name core.versioned_ts,
  kind FULL
);

SELECT t.trip_id FROM raw.trips TIMESTAMP AS OF '2024-01-01' AS t
