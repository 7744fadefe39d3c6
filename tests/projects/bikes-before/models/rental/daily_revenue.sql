MODEL (
  name rental.daily_revenue,
  kind INCREMENTAL_BY_TIME_RANGE (time_column started_on),
  owner finance,
  tags (rental, money),
  audits (not_negative)
);

SELECT
  started_on,
  from_station AS station_id,
  COUNT(*) AS trips,
  SUM(cents) AS cents
FROM rental.trip_prices
WHERE
  started_on BETWEEN @start_date AND @end_date
GROUP BY
  started_on,
  from_station
