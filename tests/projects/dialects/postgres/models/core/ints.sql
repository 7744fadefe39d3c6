MODEL (
  name core.ints,
  kind FULL
);

SELECT g.n, g.n * 2 AS dbl, g.n / 2 AS half, g.n::numeric / 2 AS halfn FROM generate_series(1, 10) AS g(n)
