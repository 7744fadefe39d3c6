MODEL (
  name reports.fleet,
  kind VIEW,
  owner rentals,
  tags (report),
  description 'The bicycles that still run'
);

SELECT
  bike_id,
  trips,
  last_trip
FROM rental.bikes
WHERE
  trips > 3
