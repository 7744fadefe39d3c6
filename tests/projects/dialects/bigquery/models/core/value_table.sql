MODEL (
  name core.value_table,
  kind FULL
);

SELECT AS STRUCT order_id, status FROM stg.orders2
