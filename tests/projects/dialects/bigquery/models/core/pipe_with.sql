MODEL (
  name core.pipe_with,
  kind FULL
);

WITH c AS (SELECT order_id, status FROM stg.orders2)
FROM c |> WHERE order_id > 1 |> SELECT status
