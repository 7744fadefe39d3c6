MODEL (
  name core.types,
  kind FULL
);

SELECT CAST(opt AS Nullable(Int32)) AS a, CAST(id AS String) AS b, toUInt8(n) AS c, toInt64(id) AS d, toString(id) AS e, toFloat64(price) AS f, toDecimal64(price, 2) AS g, CAST(day AS DateTime) AS h, id::Nullable(UInt64) AS i, toDateTime(day) AS j, CAST(tags, 'Array(String)') AS k, toLowCardinality(url) AS l, CAST(NULL AS Nullable(DateTime64(3))) AS m, n + 1 AS o, id + n AS p, dur * f32 AS q, price / 2 AS r, id / 2 AS s, id % 3 AS tt, intDiv(id, 2) AS v, -n AS w, user_id + 1 AS x, opt || 'a' AS y, user_id = 1 AS z FROM stg.hits
