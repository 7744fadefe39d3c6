MODEL (
  name core.quoted,
  kind FULL
);

select "sale_id" as "Sale Id", PRICE as Price, Buyer from STG.sales
