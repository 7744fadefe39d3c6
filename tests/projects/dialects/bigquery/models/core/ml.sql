MODEL (
  name core.ml,
  kind FULL
);

SELECT * FROM ML.PREDICT(MODEL raw.model, (SELECT order_id, total FROM stg.orders2))
