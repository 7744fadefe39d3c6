MODEL (
  name core.unknown_cols,
  kind FULL
);

select id, name::varchar as name, upper(name) as un from raw.dim
