MODEL (
  name core.unknown,
  kind FULL
);

SELECT a, toDate(b) AS b, c FROM db1.plain
