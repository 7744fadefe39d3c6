MODEL (
  name core.collections,
  kind FULL
);

SELECT array(1, 2) AS a, map('k', 1, 'l', 2) AS b, named_struct('x', 1, 'y', 'z') AS c, struct(trip_id, status AS st) AS d, array_contains(tags, 'a') AS e, transform(tags, t -> upper(t)) AS f, filter(tags, t -> t <> '') AS g, aggregate(tags, 0, (acc, t) -> acc + 1) AS h, map_keys(attrs) AS i, map_values(attrs) AS j, element_at(attrs, 'x') AS k, element_at(tags, 1) AS l, array_distinct(tags) AS m, array_join(tags, ',') AS n, sort_array(tags) AS o, slice(tags, 1, 2) AS p, size(attrs) AS q, map_from_arrays(tags, tags) AS r, arrays_zip(tags, tags) AS s, flatten(array(tags)) AS t, exists(tags, t -> t = 'a') AS u, cardinality(tags) AS v, array_max(tags) AS w, tags[0] AS x, get(tags, 0) AS y, sequence(1, 5) AS z, array_union(tags, tags) AS aa, map_concat(attrs, attrs) AS ab, stops.name AS names, struct(1, 2).col1 AS col1, try_element_at(tags, 1) AS ac, array_size(tags) AS ad, cast(tags AS ARRAY<STRING>) AS ae, cast(NULL AS STRUCT<a: INT, b: STRING>) AS af FROM stg.trips
