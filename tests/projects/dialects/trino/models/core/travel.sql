MODEL (
  name core.travel,
  kind FULL
);

SELECT id, host FROM hive.logs FOR VERSION AS OF 8
