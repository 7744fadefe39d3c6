MODEL (
  name core.unnested_ord,
  kind FULL
);

SELECT id, code, pos FROM stg.logs CROSS JOIN UNNEST(codes) WITH ORDINALITY AS u(code, pos)
