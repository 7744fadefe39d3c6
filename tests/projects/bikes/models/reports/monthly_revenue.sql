MODEL (
  name reports.monthly_revenue,
  kind FULL,
  owner finance,
  tags (report, money)
);

SELECT
  DATE_TRUNC('month', r.started_on) AS month,
  s.district,
  SUM(r.cents) / 100.0 AS euros
FROM rental.daily_revenue AS r
JOIN city.stations AS s
  ON s.station_id = r.station_id
GROUP BY
  month,
  s.district
