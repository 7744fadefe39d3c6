MODEL (
  name core.sampled,
  kind FULL
);

SELECT id FROM app.payments TABLESAMPLE BERNOULLI (10)
