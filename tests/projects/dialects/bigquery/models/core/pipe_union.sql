MODEL (
  name core.pipe_union,
  kind FULL
);

SELECT * FROM (
  FROM stg.orders2 |> SELECT order_id, status |> UNION ALL (SELECT customer_id, status FROM stg.orders2) |> DISTINCT
)
