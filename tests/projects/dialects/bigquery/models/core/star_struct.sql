MODEL (
  name core.star_struct,
  kind FULL
);

SELECT order_id, s.* FROM (SELECT order_id, STRUCT(day AS d, status AS st) AS s FROM stg.orders2)
