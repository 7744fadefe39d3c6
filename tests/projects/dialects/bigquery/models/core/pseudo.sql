MODEL (
  name core.pseudo,
  kind FULL
);

SELECT order_id, total FROM stg.orders2 TABLESAMPLE SYSTEM (10 PERCENT)
