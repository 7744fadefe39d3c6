MODEL (
  name core.tuples,
  kind FULL
);

SELECT
  tuple(id, url).2 AS a,
  arrayMap(x -> (x.1, x.2), arrayZip(tags, tags)) AS pairs,
  map(url, price) AS m,
  tuple(1 AS one, 'b') AS named,
  id > 1 OR id < 0 ? price : 0 AS chosen,
  id = 1 ? 1 : id = 2 ? 2 : 3 AS number
FROM stg.hits
