MODEL (
  name core.as_struct,
  kind FULL
);

SELECT ARRAY(SELECT AS STRUCT day, status FROM stg.orders2 WHERE day IS NOT NULL) AS rows_, 1 AS one
