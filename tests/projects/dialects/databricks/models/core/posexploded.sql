MODEL (
  name core.posexploded,
  kind FULL
);

SELECT trip_id, pos, tag FROM raw.trips LATERAL VIEW OUTER posexplode(tags) t AS pos, tag
