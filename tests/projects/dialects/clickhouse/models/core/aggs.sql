MODEL (
  name core.aggs,
  kind FULL
);

SELECT kind, count() AS n, count(*) AS n2, uniq(user_id) AS u, uniqExact(user_id) AS ue, sum(dur) AS s, sum(n) AS sn, sum(price) AS sp, avg(dur) AS a, min(at) AS mn, max(day) AS mx, any(url) AS au, anyLast(url) AS al, argMax(url, at) AS am, groupArray(url) AS ga, groupUniqArray(kind) AS gu, quantile(0.9)(dur) AS q9, quantiles(0.5, 0.9)(dur) AS qs, median(dur) AS md, countIf(n > 1) AS ci, sumIf(dur, n > 1) AS si, avgIf(dur, n > 1) AS ai, topK(3)(url) AS tk, stddevPop(dur) AS sd, sumMap(m) AS sm, max(user_id) AS mu, count(DISTINCT url) AS cd FROM db1.hits GROUP BY kind WITH TOTALS
