MODEL (
  name core.unknown2,
  kind FULL
);

SELECT x, y::int, z + 1 AS z1 FROM app.plain
