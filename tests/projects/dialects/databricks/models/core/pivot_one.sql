MODEL (
  name core.pivot_one,
  kind FULL
);

SELECT * FROM (SELECT rider, status, fare FROM stg.trips) PIVOT (sum(fare) FOR status IN ('done', 'open'))
