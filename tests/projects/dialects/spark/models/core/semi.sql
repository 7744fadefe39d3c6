MODEL (
  name core.semi,
  kind FULL
);

SELECT u.* FROM lake.users u LEFT SEMI JOIN stg.clicks c ON c.user = u.user
