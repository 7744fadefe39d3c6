MODEL (
  name core.prefix_alias,
  kind FULL
);

SELECT total: sum(amount), n: count(*) FROM stg.orders
