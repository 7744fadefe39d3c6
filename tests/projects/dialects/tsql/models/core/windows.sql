MODEL (
  name core.windows,
  kind FULL
);

SELECT order_id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY order_date) AS rn, SUM(Amount) OVER (PARTITION BY customer_id ORDER BY order_date ROWS UNBOUNDED PRECEDING) AS run, LAG(Amount, 1, 0) OVER (ORDER BY order_date) AS prev, NTILE(4) OVER (ORDER BY Amount) AS q, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY Amount) OVER (PARTITION BY customer_id) AS med FROM stg.orders
