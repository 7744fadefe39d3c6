MODEL (
  name core.unknown_cols,
  kind FULL
);

SELECT a.x, a.y + 1 AS y1, CAST(z AS INT64) AS z FROM raw.blob AS a
