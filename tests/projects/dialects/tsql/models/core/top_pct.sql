MODEL (
  name core.top_pct,
  kind FULL
);

SELECT TOP (5) PERCENT order_id FROM stg.orders ORDER BY Amount
