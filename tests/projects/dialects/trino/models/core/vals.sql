MODEL (
  name core.vals,
  kind FULL
);

SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b)
