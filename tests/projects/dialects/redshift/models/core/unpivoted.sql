MODEL (
  name core.unpivoted,
  kind FULL
);

select buyer, metric, val from (select buyer, n, days from core.aggs) unpivot (val for metric in (n, days))
