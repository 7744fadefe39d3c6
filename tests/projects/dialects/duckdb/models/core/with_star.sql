MODEL (
  name core.with_star,
  kind FULL
);

SELECT @STAR(stg.customers, exclude := [zip]) FROM stg.customers
