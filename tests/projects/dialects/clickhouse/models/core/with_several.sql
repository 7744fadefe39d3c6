MODEL (
  name core.with_several,
  kind FULL
);

WITH
  c AS (SELECT id FROM stg.hits),
  10 AS lim,
  (SELECT max(id) FROM stg.hits) AS top
SELECT id FROM c
