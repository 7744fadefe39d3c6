MODEL (
  name core.tablesampled,
  kind FULL
);

select order_id from stg.orders tablesample bernoulli (5.5) seed (3)
