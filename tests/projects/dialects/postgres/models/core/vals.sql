MODEL (
  name core.vals,
  kind FULL
);

SELECT v.code, v.rate, v.since FROM (VALUES ('EUR', 1.0, DATE '2024-01-01'), ('USD', 1.1, NULL)) AS v(code, rate, since)
