MODEL (
  name core.unknown_cols,
  kind FULL
);

SELECT m.a, m.b.c AS c, cast(m.d AS INT) AS d FROM raw.misc m
