MODEL (
  name core.windows,
  kind FULL
);

SELECT id, row_number() OVER (PARTITION BY host ORDER BY at) AS rn, sum(ms) OVER (PARTITION BY host ORDER BY at ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS s, lag(at) OVER (ORDER BY at) AS p, approx_distinct(host) OVER () AS d, first_value(host) IGNORE NULLS OVER (ORDER BY at) AS fv FROM stg.logs
