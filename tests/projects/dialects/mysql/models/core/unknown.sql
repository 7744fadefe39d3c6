MODEL (
  name core.unknown,
  kind FULL
);

SELECT a, b + 1 AS b1 FROM shop.plain
