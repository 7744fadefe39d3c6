MODEL (
  name core.incremental,
  kind INCREMENTAL_BY_TIME_RANGE (time_column hour)
);

SELECT hour, kind, count(*) AS n, approx_count_distinct(uid) AS users, quantile_cont(s, 0.5) AS p50, histogram(kind) AS h FROM stg.events WHERE hour BETWEEN @start_ts AND @end_ts GROUP BY hour, kind
