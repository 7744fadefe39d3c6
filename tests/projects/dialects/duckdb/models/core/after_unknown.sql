MODEL (
  name core.after_unknown,
  kind FULL
);

SELECT b, c1 FROM core.unknown_cols
