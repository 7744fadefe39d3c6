MODEL (
  name core.materialized,
  kind FULL
);

WITH a AS MATERIALIZED (SELECT order_id, amount FROM stg.orders), b AS NOT MATERIALIZED (SELECT max(amount) AS top FROM a) SELECT a.order_id, a.amount / b.top AS share FROM a CROSS JOIN b
