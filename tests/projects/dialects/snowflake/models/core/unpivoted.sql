MODEL (
  name core.unpivoted,
  kind FULL
);

select customer_id, metric, val from core.aggs unpivot (val for metric in (n, nd, gifts))
