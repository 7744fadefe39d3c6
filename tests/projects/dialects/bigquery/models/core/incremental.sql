MODEL (
  name core.incremental,
  kind INCREMENTAL_BY_TIME_RANGE (time_column (event_date, '%Y-%m-%d')),
  partitioned_by event_date
);

SELECT event_date, page, COUNT(*) AS n, APPROX_COUNT_DISTINCT(user_pseudo_id) AS users FROM stg.events WHERE event_date BETWEEN @start_date AND @end_date GROUP BY ALL
