MODEL (
  name core.cases,
  kind FULL
);

SELECT ORDER_ID, Gross, [PAID] FROM STG.Orders
