MODEL (
  name core.pivoted,
  kind FULL
);

SELECT customer_id, [y], [n] FROM (SELECT customer_id, paid, Amount FROM stg.orders) AS s PIVOT (SUM(Amount) FOR paid IN ([y], [n])) AS p
