MODEL (
  name core.openjson,
  kind FULL
);

SELECT o.OrderId, j.sku, j.qty FROM dbo.Orders o CROSS APPLY OPENJSON(o.Doc, '$.items') WITH (sku NVARCHAR(20) '$.sku', qty INT '$.qty') AS j
