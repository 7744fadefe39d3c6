MODEL (
  name core.unpivoted,
  kind FULL
);

SELECT customer_id, what, val FROM core.customer_orders UNPIVOT (val FOR what IN (orders, paid))
