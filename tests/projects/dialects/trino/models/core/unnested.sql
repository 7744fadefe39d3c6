MODEL (
  name core.unnested,
  kind FULL
);

SELECT l.id, u.code FROM stg.logs l CROSS JOIN UNNEST(l.codes) AS u(code)
