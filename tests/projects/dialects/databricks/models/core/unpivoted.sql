MODEL (
  name core.unpivoted,
  kind FULL
);

SELECT rider, metric, val FROM core.aggs UNPIVOT (val FOR metric IN (n, ns, oks))
