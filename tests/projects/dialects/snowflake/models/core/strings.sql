MODEL (
  name core.strings,
  kind FULL
);

select concat(status, 'x') as a, status || amount as b, length(status) as c, left(status, 1) as d, regexp_replace(status, 'a', 'b') as e, regexp_substr(status, 'x') as f, rlike(status, 'x') as g, trim(status) as h, upper(status) as i, initcap(status) as j, replace(status, 'a') as k, lpad(status, 3, '0') as l, charindex('a', status) as m, contains(status, 'x') as n, startswith(status, 'x') as o, split(status, ',') as p, listagg(status, ',') as q, md5(status) as r, uuid_string() as s, hash(status) as t, status like any ('a%', 'b%') as u, status ilike 'A%' as v, substr(status, 1, 2) as w, coalesce(status, 'none') as x, nullif(status, '') as y, decode(status, 'a', 1, 'b', 2, 0) as z, base64_encode(status) as aa, array_to_string(array_agg(status), ',') as ab, parse_json(status) as ac, strtok(status, '-', 1) as ad, reverse(status) as ae, ascii(status) as af, repeat(status, 2) as ag, space(2) as ah, to_varchar(max(amount)) as ai, collate(status, 'en') as aj from stg.orders group by status, amount
