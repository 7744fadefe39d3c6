MODEL (
  name core.cases,
  kind FULL
);

SELECT Id, URL FROM db1.Users2
