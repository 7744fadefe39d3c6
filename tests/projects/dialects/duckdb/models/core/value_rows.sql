MODEL (
  name core.value_rows,
  kind FULL
);

SELECT v.code, v.label, v.rate FROM (VALUES (1, 'one', 1.5), (2, 'two', NULL)) AS v(code, label, rate)
