MODEL (
  name core.travel_ts,
  kind FULL
);

SELECT id FROM hive.logs FOR TIMESTAMP AS OF TIMESTAMP '2024-01-01 00:00:00 UTC' AS l
