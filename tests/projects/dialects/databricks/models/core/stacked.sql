MODEL (
  name core.stacked,
  kind FULL
);

SELECT rider, stack(2, 'km', km, 'fare', fare) AS (what, val) FROM core.aggs
