MODEL (
  name core.star_rename,
  kind FULL
);

select * exclude amount_z rename (amount as amount_eur, status as state) from stg.orders
