MODEL (
  name core.list_comps,
  kind FULL
);

SELECT [amount + tag FOR tag IN tags IF tag IS NOT NULL] AS xs, [[y, 1] FOR y IN tags] AS ys, order_id FROM stg.orders
