MODEL (
  name core.json,
  kind FULL
);

SELECT id, j.a, j.b FROM stg.clicks LATERAL VIEW json_tuple(url, 'a', 'b') j AS a, b
