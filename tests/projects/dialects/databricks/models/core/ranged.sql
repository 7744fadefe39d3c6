MODEL (
  name core.ranged,
  kind FULL
);

SELECT id, date_add('2024-01-01', cast(id AS INT)) AS day FROM range(0, 366)
