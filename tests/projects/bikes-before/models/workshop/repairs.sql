MODEL (
  name workshop.repairs,
  kind INCREMENTAL_BY_TIME_RANGE (time_column repaired_on),
  cron '@weekly',
  owner workshop,
  tags (workshop)
);

SELECT
  repair_id,
  bike_id,
  repaired_on,
  part,
  minutes,
  cents
FROM feed.repairs
WHERE
  repaired_on BETWEEN @start_date AND @end_date
