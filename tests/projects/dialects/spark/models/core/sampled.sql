MODEL (
  name core.sampled,
  kind FULL
);

SELECT id FROM lake.clicks TABLESAMPLE (10 PERCENT)
