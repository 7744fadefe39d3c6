MODEL (
  name core.interval,
  kind FULL
);

SELECT at + INTERVAL 1 DAY AS a, dt + INTERVAL '1' MONTH AS b, dt + 3 AS c, at - INTERVAL '1 2' DAY TO HOUR AS d, date_add(at, 1) AS e, interval 3 hours AS f FROM stg.clicks
