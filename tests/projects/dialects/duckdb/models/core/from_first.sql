MODEL (
  name core.from_first,
  kind FULL
);

FROM stg.orders WHERE amount > 10
