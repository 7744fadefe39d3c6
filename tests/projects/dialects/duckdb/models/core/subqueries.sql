MODEL (
  name core.subqueries,
  kind FULL
);

SELECT c.customer_id, (SELECT max(amount) FROM stg.orders o WHERE o.customer_id = c.customer_id) AS best, EXISTS (SELECT 1 FROM stg.events e WHERE e.uid = c.customer_id) AS seen, c.customer_id IN (SELECT customer_id FROM core.latest_order) AS ordered FROM stg.customers c
