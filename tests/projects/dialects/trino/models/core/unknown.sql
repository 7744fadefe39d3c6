MODEL (
  name core.unknown,
  kind FULL
);

SELECT * FROM hive.plain
