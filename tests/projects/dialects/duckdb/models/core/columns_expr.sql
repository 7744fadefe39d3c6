MODEL (
  name core.columns_expr,
  kind FULL
);

SELECT order_id, COLUMNS('a.*') FROM core.latest_order
