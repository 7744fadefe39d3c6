MODEL (
  name core.unknown,
  kind FULL
);

SELECT * FROM raw.blob
