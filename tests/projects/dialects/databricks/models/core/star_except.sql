MODEL (
  name core.star_except,
  kind FULL
);

SELECT * EXCEPT (stops, attrs), t.km * 2 AS km2 FROM stg.trips t
