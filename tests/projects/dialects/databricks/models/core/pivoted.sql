MODEL (
  name core.pivoted,
  kind FULL
);

SELECT * FROM (SELECT rider, status, fare FROM stg.trips) PIVOT (sum(fare) AS total, count(*) AS n FOR status IN ('done' AS done, 'open' AS open))
