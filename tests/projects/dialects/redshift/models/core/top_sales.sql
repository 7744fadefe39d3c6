MODEL (
  name core.top_sales,
  kind FULL
);

select top 10 sale_id, price from stg.sales order by price desc
