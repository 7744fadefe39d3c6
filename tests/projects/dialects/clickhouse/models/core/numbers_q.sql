MODEL (
  name core.numbers_q,
  kind FULL
);

SELECT number, number * 2 AS dbl, toDate('2024-01-01') + number AS day FROM numbers(10)
