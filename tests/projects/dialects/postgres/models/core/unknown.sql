MODEL (
  name core.unknown,
  kind FULL
);

SELECT p.*, now() AS loaded FROM app.plain p
