MODEL (
  name core.quoted,
  kind FULL
);

SELECT "Customer_ID" AS "Id Of", Name AS "naïve", 'it''s' AS txt, 1e3 AS e, TRUE AS yes, NULL AS nothing FROM stg.customers
