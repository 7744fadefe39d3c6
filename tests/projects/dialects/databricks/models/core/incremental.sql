MODEL (
  name core.incremental,
  kind INCREMENTAL_BY_PARTITION,
  partitioned_by [day]
);

SELECT day, status, count(*) AS n FROM stg.trips GROUP BY day, status
