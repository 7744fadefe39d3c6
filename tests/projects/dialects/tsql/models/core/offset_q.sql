MODEL (
  name core.offset_q,
  kind FULL
);

SELECT order_id FROM stg.orders ORDER BY order_id OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY
