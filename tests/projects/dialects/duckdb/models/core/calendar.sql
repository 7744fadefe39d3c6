MODEL (
  name core.calendar,
  kind FULL
);

SELECT d::DATE AS day, extract(year FROM d) AS y, date_part('month', d) AS m, dayofweek(d) AS dow, strftime(d, '%Y-%m') AS ym, last_day(d) AS eom, d + INTERVAL 1 DAY AS tomorrow, d - INTERVAL '1 month' AS prev, (d + INTERVAL 7 DAYS)::DATE AS week_later, monthname(d) AS mn, epoch(d) AS ep FROM generate_series(DATE '2024-01-01', DATE '2024-12-31', INTERVAL 1 DAY) AS g(d)
