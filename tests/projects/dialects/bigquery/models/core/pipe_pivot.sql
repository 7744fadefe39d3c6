MODEL (
  name core.pipe_pivot,
  kind FULL
);

SELECT order_id, status, total FROM stg.orders2
|> PIVOT(SUM(total) FOR status IN ('paid', 'open'))
