MODEL (
  name core.grouping,
  kind FULL
);

SELECT user, dt, sum(price) AS p FROM stg.clicks GROUP BY user, dt WITH ROLLUP
