MODEL (
  name core.unpivoted,
  kind FULL
);

SELECT customer_id, metric, v FROM core.aggs UNPIVOT (v FOR metric IN (n, oks AS 'okay', ns))
