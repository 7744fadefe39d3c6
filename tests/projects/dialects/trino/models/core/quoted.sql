MODEL (
  name core.quoted,
  kind FULL
);

SELECT "ID" AS "Ident", Host FROM Stg."logs"
