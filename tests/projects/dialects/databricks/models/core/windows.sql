MODEL (
  name core.windows,
  kind FULL
);

SELECT trip_id, sum(fare) OVER w AS run, lag(fare) OVER w AS prev, lead(day, 1) OVER w AS nxt, rank() OVER (ORDER BY km) AS rk, ntile(4) OVER w AS nt, first_value(status, true) OVER w AS fv, count(*) OVER () AS n, avg(km) OVER (PARTITION BY rider ORDER BY day RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS a7, percent_rank() OVER w AS pr, nth_value(status, 2) OVER w AS n2 FROM stg.trips WINDOW w AS (PARTITION BY rider ORDER BY started)
