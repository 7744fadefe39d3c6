MODEL (
  name workshop.repair_costs,
  kind FULL,
  owner workshop,
  tags (workshop, money),
  description 'What each bicycle has cost the workshop, and how far it went for that'
);

SELECT
  b.bike_id,
  b.trips,
  SUM(r.minutes) AS minutes,
  SUM(r.cents) AS cents
FROM rental.bikes AS b
LEFT JOIN workshop.repairs AS r
  ON r.bike_id = b.bike_id
GROUP BY
  b.bike_id,
  b.trips
