MODEL (
  name core.prefix_aliases,
  physical_properties (a = 1, "b" = 2, a = 3,),
  kind FULL
);

SELECT
  "the total": sum(o.amount),
  state: CASE WHEN o.status IS DISTINCT FROM 'a' THEN 'b' ELSE 'c' END,
  parts: {'a': 1, 'b': 2},
  n: count(*)
FROM o: stg.orders
WHERE o.amount > 1
GROUP BY state
