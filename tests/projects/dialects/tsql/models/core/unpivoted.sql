MODEL (
  name core.unpivoted,
  kind FULL
);

SELECT customer_id, metric, val FROM core.aggs UNPIVOT (val FOR metric IN (n, d)) AS u
