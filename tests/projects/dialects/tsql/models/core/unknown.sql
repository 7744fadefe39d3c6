MODEL (
  name core.unknown,
  kind FULL
);

SELECT p.*, GETDATE() AS loaded FROM dbo.Plain p
