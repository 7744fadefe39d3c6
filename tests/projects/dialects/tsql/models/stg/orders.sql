MODEL (
  name stg.orders,
  kind VIEW
);

SELECT o.OrderId AS order_id, o.CustomerId AS customer_id, CAST(o.OrderDate AS DATE) AS order_date, o.ShipDate, o.Amount, o.Amount * 1.2 AS gross, o.Freight, ISNULL(o.Note, N'') AS note, IIF(o.IsPaid = 1, 'y', 'n') AS paid, CONVERT(VARCHAR(10), o.OrderDate, 120) AS txt, DATEADD(day, 1, o.OrderDate) AS nxt, DATEDIFF(day, o.OrderDate, GETDATE()) AS age, YEAR(o.OrderDate) AS y, JSON_VALUE(o.Doc, '$.a') AS a, TRY_CAST(o.Note AS INT) AS n, o.Big, o.Ratio, o.IsPaid FROM dbo.Orders AS o WITH (NOLOCK)
