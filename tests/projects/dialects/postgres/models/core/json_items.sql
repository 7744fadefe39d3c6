MODEL (
  name core.json_items,
  kind FULL
);

SELECT p.id, e.value->>'sku' AS sku, (e.value->>'qty')::int AS qty FROM app.payments p, json_array_elements(p.meta->'items') AS e(value)
