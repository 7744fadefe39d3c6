MODEL (
  name stg.flat_table,
  kind FULL
);

select e.id, x.value::string as tag, x.index from raw.events e, table(flatten(e.v:tags)) x
