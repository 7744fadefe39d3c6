MODEL (
  name core.inline_values,
  kind FULL
);

SELECT id, label FROM VALUES (1, 'a'), (2, 'b') AS v(id, label)
