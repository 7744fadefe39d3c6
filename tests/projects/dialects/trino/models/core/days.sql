MODEL (
  name core.days,
  kind FULL
);

SELECT d, day_of_week(d) AS dow, date_add('day', 1, d) AS nxt, d + INTERVAL '1' DAY AS nx2 FROM UNNEST(sequence(DATE '2024-01-01', DATE '2024-12-31', INTERVAL '1' DAY)) AS t(d)
