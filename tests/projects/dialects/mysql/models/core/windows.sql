MODEL (
  name core.windows,
  kind FULL
);

SELECT id, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY placed) AS rn, SUM(total) OVER w AS run, LAG(total) OVER w AS prev, NTILE(4) OVER w AS q FROM stg.orders WINDOW w AS (PARTITION BY customer ORDER BY placed)
