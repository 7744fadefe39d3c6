MODEL (
  name core.two_views,
  kind FULL
);

SELECT trip_id, a, b FROM raw.trips LATERAL VIEW explode(tags) x AS a LATERAL VIEW explode(split(a, '-')) y AS b
