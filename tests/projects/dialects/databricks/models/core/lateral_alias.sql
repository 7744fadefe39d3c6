MODEL (
  name core.lateral_alias,
  kind FULL
);

SELECT fare * 2 AS d, d + 1 AS d1, concat(status, d1) AS e FROM stg.trips
