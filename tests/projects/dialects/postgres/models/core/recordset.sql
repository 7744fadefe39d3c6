MODEL (
  name core.recordset,
  kind FULL
);

SELECT p.id, r.sku, r.qty FROM app.payments p, json_to_recordset(p.meta) AS r(sku text, qty int)
