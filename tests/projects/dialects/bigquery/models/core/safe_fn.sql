MODEL (
  name core.safe_fn,
  kind FULL
);

SELECT SAFE.PARSE_DATE('%Y', status) AS d, SAFE.SUBSTR(status, 0) AS s FROM stg.orders2
