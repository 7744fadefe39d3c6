MODEL (
  name core.windows,
  kind FULL
);

SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY at) AS rn, sum(dur) OVER (PARTITION BY user_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s, lagInFrame(url) OVER (ORDER BY at) AS p FROM stg.hits
