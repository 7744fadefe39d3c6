MODEL (
  name core.star_replace,
  kind FULL
);

SELECT * REPLACE (id + 1 AS id) FROM db1.users
