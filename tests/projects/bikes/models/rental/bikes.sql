MODEL (
  name rental.bikes,
  kind FULL,
  owner rentals,
  tags (core),
  grain bike_id
);

SELECT
  bike_id,
  MIN(started_on) AS first_trip,
  MAX(started_on) AS last_trip,
  COUNT(*) AS trips
FROM rental.trips
GROUP BY bike_id
