MODEL (
  name core.star_u,
  kind FULL
);

SELECT p.* FROM shop.plain p
