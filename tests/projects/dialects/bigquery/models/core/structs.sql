MODEL (
  name core.structs,
  kind FULL
);

SELECT STRUCT(order_id AS id, status) AS s, STRUCT<x INT64, y STRING>(1, 'b') AS t, STRUCT(1, 2) AS u, (1, 2) AS tup, STRUCT(order_id AS id).id AS field FROM stg.orders2
