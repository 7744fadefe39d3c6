MODEL (
  name core.aggs,
  kind FULL
);

SELECT rider, count(*) AS n, count(DISTINCT status) AS ns, sum(km) AS km, sum(fare) AS fare, sum(small) AS sm, avg(km) AS akm, avg(fare) AS af, min(day) AS mn, max(started) AS mx, collect_list(status) AS cl, collect_set(status) AS cs, percentile_approx(km, 0.5) AS p50, percentile(km, 0.9) AS p90, approx_count_distinct(trip_id) AS acd, first(status) AS fs, last(status, true) AS ls, any_value(status) AS av, max_by(status, km) AS mb, count_if(ok) AS oks, bool_or(ok) AS bo, every(ok) AS ev, stddev(km) AS sd, var_samp(km) AS vs, corr(km, tip) AS co, sum(CASE WHEN ok THEN fare ELSE 0 END) AS okf, sum(fare) FILTER (WHERE ok) AS okf2, array_agg(day) AS days, mode(status) AS md, median(km) AS med, skewness(km) AS sk, count(1) / count(DISTINCT day) AS perday, try_divide(sum(fare), count(*)) AS td, sum(fare) / sum(km) AS rate, string_agg(status, ',') AS sa, listagg(status, ',') AS la FROM stg.trips GROUP BY rider
