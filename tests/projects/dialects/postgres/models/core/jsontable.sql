MODEL (
  name core.jsontable,
  kind FULL
);

SELECT id, jt.sku FROM app.payments, JSON_TABLE(meta, '$[*]' COLUMNS (sku TEXT PATH '$.sku')) AS jt
