MODEL (
  name core.aggs,
  kind FULL
);

SELECT customer_id, COUNT(*) AS n, COUNT_BIG(*) AS nb, COUNT(DISTINCT order_date) AS d, SUM(Amount) AS s, SUM(order_id) AS si, AVG(Amount) AS a, AVG(order_id) AS ai, MIN(ShipDate) AS mn, MAX(nxt) AS mx, STRING_AGG(note, ',') AS sa, STDEV(Ratio) AS sd, SUM(CASE WHEN paid = 'y' THEN Amount ELSE 0 END) AS p, SUM(Freight) AS f, CHECKSUM_AGG(order_id) AS ck FROM stg.orders GROUP BY customer_id HAVING COUNT(*) > 1
