MODEL (
  name core.transformed,
  kind FULL
);

SELECT transform(items, x -> x + 1) AS a, aggregate(items, 0, (s, x) -> s + x, s -> s * 2) AS b, zip_with(items, items, (x, y) -> x + y) AS c, map_filter(qs, (k, v) -> k <> 'a') AS d, exists(items, x -> x > 1) AS e, forall(items, x -> x > 0) AS f FROM lake.clicks
