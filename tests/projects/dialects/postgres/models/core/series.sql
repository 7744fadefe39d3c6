MODEL (
  name core.series,
  kind FULL
);

SELECT d::date AS day, extract(isodow FROM d) AS dow, to_char(d, 'YYYY-MM') AS ym, d + interval '1 day' AS nxt FROM generate_series('2024-01-01'::timestamp, '2024-12-31'::timestamp, '1 day'::interval) AS d
