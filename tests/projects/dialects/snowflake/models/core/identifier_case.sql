MODEL (
  name core.identifier_case,
  kind FULL
);

select CUSTOMER_ID, Email, "MixedCase" from Stg.Customers
