MODEL (
  name core.setops,
  kind FULL
);

SELECT rider FROM stg.trips UNION ALL SELECT rider FROM stg.riders MINUS SELECT 1
