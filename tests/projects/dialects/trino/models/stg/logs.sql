MODEL (
  name stg.logs,
  kind VIEW
);

SELECT id, lower(host) AS host, at, dt, attrs['k'] AS k, element_at(attrs, 'z') AS z, codes[1] AS c1, req.method AS method, req.size, json_extract_scalar(doc, '$.a') AS a, json_extract(doc, '$.b') AS b, cast(doc AS MAP(VARCHAR, DOUBLE)) AS m, date_trunc('hour', at) AS hr, cardinality(codes) AS n, codes, attrs, ms, cost, ok, t, r, at_tz AT TIME ZONE 'UTC' AS utc FROM hive.logs
