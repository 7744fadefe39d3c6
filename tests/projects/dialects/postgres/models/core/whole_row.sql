MODEL (
  name core.whole_row,
  kind FULL
);

SELECT row_to_json(p) AS j, p.id FROM app.payments p
