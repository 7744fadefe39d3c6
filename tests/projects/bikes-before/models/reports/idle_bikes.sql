MODEL (
  name reports.idle_bikes,
  kind VIEW,
  owner rentals,
  tags (report)
);

SELECT
  bike_id,
  last_trip
FROM rental.bikes
WHERE
  trips <= 3
