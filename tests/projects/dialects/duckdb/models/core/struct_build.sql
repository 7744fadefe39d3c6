MODEL (
  name core.struct_build,
  kind FULL
);

SELECT customer_id, {'city': city, 'zip': zip} AS place, struct_pack(n := name, a := is_active) AS packed, [customer_id, zip] AS pair, map {'a': zip} AS m, row(1, 'x') AS r FROM stg.customers
