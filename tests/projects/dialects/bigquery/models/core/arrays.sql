MODEL (
  name core.arrays,
  kind FULL
);

SELECT order_id, ARRAY_AGG(status IGNORE NULLS ORDER BY day LIMIT 5) AS statuses, ARRAY_AGG(STRUCT(day, total AS amount)) AS days, ARRAY(SELECT x FROM UNNEST(ANY_VALUE(tags)) AS x) AS xs, [1, 2] AS lits, ARRAY<INT64>[1, 2] AS typed, ARRAY<STRUCT<a INT64, b STRING>>[(1, 'x')] AS structs, ARRAY_CONCAT([1], [2]) AS cat, ARRAY_TO_STRING(ANY_VALUE(tags), ',') AS joined FROM stg.orders2 GROUP BY order_id
