MODEL (
  name core.strings,
  kind FULL
);

select concat(note, code) as a, note || code as b, len(note) as c, left(note, 1) as d, substring(note, 1, 2) as e, split_part(note, '-', 1) as f, regexp_replace(note, 'a', 'b') as g, regexp_substr(note, 'x') as h, strpos(note, 'x') as i, charindex('x', note) as j, upper(note) as k, btrim(note) as l, md5(note) as m, sha2(note, 256) as n, json_extract_path_text(note, 'a', 'b') as o, lpad(note, 3, '0') as p, replace(note, 'a', 'b') as q, translate(note, 'a', 'b') as r, note ilike '%x%' as s, note similar to 'x' as t, func_sha1(note) as u, coalesce(note, code) as v, nullif(note, '') as w, cast(note as varchar(10)) as x, note::varchar(max) as y, json_parse(note) as z, is_valid_json(note) as aa, chr(65) as ab, reverse(note) as ac, quote_ident(note) as ad, strtol(note, 16) as ae, ascii(note) as af, repeat(note, 2) as ag from stg.sales
