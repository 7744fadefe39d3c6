MODEL (
  name core.dates,
  kind FULL
);

SELECT date_add(day, 1) AS a, date_sub(day, 1) AS b, datediff(day, day) AS c, add_months(day, 1) AS d, last_day(day) AS e, trunc(day, 'MM') AS f, date_trunc('MONTH', day) AS g, date_format(day, 'yyyy') AS h, to_timestamp(status) AS i, to_date(status, 'yyyy') AS j, from_unixtime(trip_id) AS k, unix_timestamp() AS l, year(day) AS m, month(started) AS n, dayofweek(day) AS o, weekofyear(day) AS p, hour(started) AS q, extract(year FROM day) AS r, current_date() AS s, current_timestamp() AS t, now() AS u, day + INTERVAL 1 DAY AS v, started - INTERVAL 2 HOURS AS w, dateadd(DAY, 1, day) AS x, datediff(HOUR, started, ended) AS y, timestampdiff(MINUTE, started, ended) AS z, make_date(2024, 1, 1) AS aa, from_utc_timestamp(started, 'CET') AS ab, to_utc_timestamp(started, 'CET') AS ac, date_part('YEAR', day) AS ad, next_day(day, 'MO') AS ae, quarter(day) AS af, timestamp_seconds(trip_id) AS ag, ended - started AS ah, date '2024-01-01' AS ai, timestamp '2024-01-01 00:00:00' AS aj, dayname(day) AS ak, months_between(ended, started) AS al, cast(started AS DATE) AS am, started::date AS an, window(started, '1 hour') AS ao, day - 1 AS ap FROM stg.trips
