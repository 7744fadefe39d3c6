MODEL (
  name rental.trips,
  kind INCREMENTAL_BY_TIME_RANGE (time_column started_on),
  owner rentals,
  tags (rental, core),
  grain trip_id
);

/* Trips of a day; locks that were tried and given back at once do not count. */
SELECT
  trip_id,
  bike_id,
  from_station,
  to_station,
  tariff,
  started_at::DATE AS started_on,
  DATE_DIFF('minute', started_at, ended_at) AS minutes
FROM feed.trips
WHERE
  started_at BETWEEN @start_ts AND @end_ts
  AND DATE_DIFF('second', started_at, ended_at) >= @shortest_trip_seconds
