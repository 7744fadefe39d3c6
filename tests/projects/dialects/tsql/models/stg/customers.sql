MODEL (
  name stg.customers,
  kind VIEW
);

SELECT [CustomerId] AS [customer_id], [Name], Region = UPPER(Region), LEN(Name) AS [name length] FROM [dbo].[Customers]
