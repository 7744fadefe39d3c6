MODEL (
  name rental.trip_prices,
  kind VIEW,
  owner finance,
  tags (rental)
);

SELECT
  t.trip_id,
  t.started_on,
  t.from_station,
  t.tariff,
  GREATEST(t.minutes - p.free_minutes, 0) * p.cents_per_minute AS cents
FROM rental.trips AS t
JOIN city.tariffs AS p
  ON p.tariff = t.tariff
