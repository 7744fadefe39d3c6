MODEL (
  name core.derived,
  kind FULL
);

SELECT t.customer, t.s / (SELECT SUM(total) FROM stg.orders) AS share FROM (SELECT customer, SUM(total) AS s FROM stg.orders GROUP BY customer) AS t WHERE t.customer NOT IN (SELECT customer FROM shop.customers WHERE country = 'XX')
