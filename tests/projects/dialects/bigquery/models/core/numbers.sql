MODEL (
  name core.numbers,
  kind FULL
);

SELECT n, MOD(n, 2) AS odd, n / 2 AS half, DIV(n, 2) AS whole FROM UNNEST(GENERATE_ARRAY(1, 10)) AS n
