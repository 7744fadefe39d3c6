MODEL (
  name core.pipe,
  kind FULL
);

FROM stg.orders2 |> WHERE total > 1 |> AGGREGATE SUM(total) AS s GROUP BY status
