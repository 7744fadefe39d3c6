MODEL (
  name core.except_all,
  kind FULL
);

(SELECT customer_id FROM stg.orders2) EXCEPT DISTINCT (SELECT customer_id FROM stg.customers)
