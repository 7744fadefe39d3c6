MODEL (
  name core.recursive,
  kind FULL
);

WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n
