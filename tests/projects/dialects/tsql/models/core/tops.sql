MODEL (
  name core.tops,
  kind FULL
);

SELECT TOP 10 WITH TIES order_id, Amount FROM stg.orders ORDER BY Amount DESC
