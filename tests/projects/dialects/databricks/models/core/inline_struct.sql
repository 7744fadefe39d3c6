MODEL (
  name core.inline_struct,
  kind FULL
);

SELECT trip_id, inline(stops) FROM raw.trips
