MODEL (
  name core.whole_row,
  kind FULL
);

SELECT TO_JSON_STRING(o) AS j, o AS row_value FROM stg.orders2 AS o
