MODEL (
  name core.unknown_cols,
  kind FULL
);

SELECT a, b::INT AS b, c + 1 AS c1, now() AS t FROM raw.undescribed
