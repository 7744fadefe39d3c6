MODEL (
  name core.pipe_steps,
  kind FULL
);

FROM stg.orders2
|> EXTEND total * 2 AS twice
|> WHERE twice > 1
|> SELECT order_id, status, twice -- the columns that stay
|> AGGREGATE SUM(twice) AS s, COUNT(*) AS n GROUP BY status, order_id AS k
|> WHERE n > 1
|> ORDER BY k
|> LIMIT 10
