MODEL (
  name core.versioned,
  kind FULL
);

SELECT trip_id, status FROM raw.trips VERSION AS OF 3
