MODEL (
  name core.customer_orders,
  kind FULL
);

SELECT c.customer_id, c.name, count(o.order_id) AS orders, sum(o.amount) AS total, max(o.ordered_on) AS last_on, min(ordered_at) first_at, datediff('day', min(o.ordered_on), max(o.ordered_on)) AS span, coalesce(sum(amount), 0) AS total0, sum(CASE WHEN o.status = 'paid' THEN 1 ELSE 0 END) AS paid, CASE WHEN count(*) > 10 THEN 'big' WHEN count(*) > 3 THEN 'mid' END AS size
FROM stg.customers AS c LEFT JOIN stg.orders AS o ON c.customer_id = o.customer_id
GROUP BY 1, 2 HAVING count(*) > 0 ORDER BY total DESC NULLS LAST
