MODEL (
  name core.prewhered,
  kind FULL
);

SELECT id, url FROM db1.hits PREWHERE day > '2024-01-01' WHERE kind = 'x' SETTINGS max_threads = 2
