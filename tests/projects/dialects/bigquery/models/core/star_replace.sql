MODEL (
  name core.star_replace,
  kind FULL
);

SELECT * REPLACE (UPPER(status) AS status, CAST(total AS FLOAT64) AS total) FROM stg.orders2
