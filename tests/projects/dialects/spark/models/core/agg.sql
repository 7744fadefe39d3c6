MODEL (
  name core.agg,
  kind FULL
);

SELECT user, count(*) AS n, sum(price) AS p, avg(price) AS ap, percentile_approx(price, 0.5) AS med, percentile_approx(id, 0.5, 100) AS med2, approx_percentile(score, 0.1) AS p10, named_struct('n', count(*), 'u', max(url)) AS ns, collect_list(named_struct('a', id)) AS l, map_from_entries(collect_list(struct(url, id))) AS m, min(dt) AS mn, max(struct(at, url)).url AS lasturl FROM stg.clicks GROUP BY user
