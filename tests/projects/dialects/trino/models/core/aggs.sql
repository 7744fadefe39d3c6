MODEL (
  name core.aggs,
  kind FULL
);

SELECT host, count(*) AS n, count_if(ok) AS oks, sum(ms) AS s, sum(id) AS si, sum(cost) AS sc, sum(r) AS sr, avg(cost) AS ac, avg(id) AS ai, min(at) AS mn, max_by(a, at) AS mb, array_agg(id) AS ids, map_agg(a, id) AS ma, approx_distinct(id) AS ad, approx_percentile(ms, 0.5) AS p50, arbitrary(a) AS ar, any_value(a) AS av, listagg(a, ',') WITHIN GROUP (ORDER BY a) AS la, bool_or(ok) AS bo, histogram(host) AS h, stddev(ms) AS sd, checksum(id) AS ck, sum(ms) / count(*) AS per, count(*) FILTER (WHERE ok) AS okn, geometric_mean(ms) AS gm, reduce_agg(t, 0, (x, y) -> x + y, (x, y) -> x + y) AS rg FROM stg.logs GROUP BY host
