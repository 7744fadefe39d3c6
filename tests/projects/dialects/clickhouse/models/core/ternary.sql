MODEL (
  name core.ternary,
  kind FULL
);

SELECT n > 1 ? 'a' : 'b' AS x, id FROM stg.hits
