MODEL (
  name core.with_scalar,
  kind FULL
);

WITH 10 AS lim, (SELECT max(day) FROM db1.hits) AS top SELECT id, lim + 1 AS l, top FROM stg.hits WHERE n > lim
