MODEL (
  name core.stacked_view,
  kind FULL
);

SELECT rider, what, val FROM core.aggs LATERAL VIEW stack(2, 'n', n, 'ns', ns) s AS what, val
