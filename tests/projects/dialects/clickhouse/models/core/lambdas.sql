MODEL (
  name core.lambdas,
  kind FULL
);

SELECT arrayMap(x -> upper(x), tags) AS a, arrayFilter(x -> x != '', tags) AS b, arrayExists(x -> x = 'a', tags) AS c, has(tags, 'a') AS d, arraySum([1, 2]) AS e, [1, 2, 3] AS f, (1, 'a') AS g, tuple(1, 2) AS h, t.1 AS i, t.a AS j, map('a', 1) AS k, arrayStringConcat(tags, ',') AS l FROM stg.hits
