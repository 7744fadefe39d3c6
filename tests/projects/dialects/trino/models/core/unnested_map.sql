MODEL (
  name core.unnested_map,
  kind FULL
);

SELECT id, key, val FROM stg.logs CROSS JOIN UNNEST(attrs) AS t(key, val)
