MODEL (
  name core.jsontable,
  kind FULL
);

SELECT o.id, jt.sku, jt.qty FROM shop.orders o, JSON_TABLE(o.body, '$.items[*]' COLUMNS (sku VARCHAR(20) PATH '$.sku', qty INT PATH '$.qty')) AS jt
