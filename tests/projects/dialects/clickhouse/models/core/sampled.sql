MODEL (
  name core.sampled,
  kind FULL
);

SELECT id FROM db1.hits SAMPLE 0.1
