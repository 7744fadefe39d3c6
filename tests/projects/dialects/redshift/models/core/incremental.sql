MODEL (
  name core.incremental,
  kind INCREMENTAL_BY_TIME_RANGE (time_column day)
);

select day, count(*) as n, sum(total) as total from stg.sales where day between @start_ds and @end_ds group by day
