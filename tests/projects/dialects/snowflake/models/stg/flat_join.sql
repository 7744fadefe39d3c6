MODEL (
  name stg.flat_join,
  kind FULL
);

select e.id, value as anything from raw.events e join lateral flatten(input => parse_json(e.v), outer => true) as z on true where z.index > 0
