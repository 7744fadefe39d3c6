MODEL (
  name core.vals,
  kind FULL
);

SELECT v.id, v.label FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, label)
