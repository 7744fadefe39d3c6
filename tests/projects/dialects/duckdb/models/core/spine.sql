MODEL (
  name core.spine,
  kind FULL
);

SELECT i AS n, i % 2 = 0 AS even, i // 2 AS half, i / 2 AS half_f, 2 ** i AS pow FROM range(10) AS r(i)
