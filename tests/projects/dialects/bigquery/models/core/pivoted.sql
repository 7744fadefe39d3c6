MODEL (
  name core.pivoted,
  kind FULL
);

SELECT * FROM (SELECT customer_id, status, total FROM stg.orders2) PIVOT (SUM(total) AS t, COUNT(*) AS n FOR status IN ('paid', 'open' AS o))
