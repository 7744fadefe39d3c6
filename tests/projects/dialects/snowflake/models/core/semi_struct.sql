MODEL (
  name core.semi_struct,
  kind FULL
);

select object_construct('a', order_id, 'b', status) as obj, array_construct(1, 2) as arr, [1, 2] as arr2, {'k': status} as obj2, payload:a.b.c as path, payload:"Odd Key" as odd, payload:a[0]:b as pb, typeof(payload) as t, as_varchar(payload) as av, is_object(payload) as io, object_keys(payload) as ok, array_contains('x'::variant, tags) as ac, array_slice(tags, 0, 2) as sl, get(tags, 0) as g0, tags[0] as t0, to_variant(status) as tv, payload::array as pa, try_parse_json(status) as tpj, check_json(status) as cj, object_delete(payload, 'a') as od, array_append(tags, 'z') as aap, payload:list[0]::number(12,2) as num, to_json(payload) as tj, strip_null_value(payload:x) as sn from stg.orders
