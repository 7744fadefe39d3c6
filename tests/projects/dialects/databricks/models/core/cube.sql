MODEL (
  name core.cube,
  kind FULL
);

SELECT status, city, sum(fare) AS f, grouping_id() AS g FROM stg.trips GROUP BY CUBE (status, city)
