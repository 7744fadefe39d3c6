MODEL (
  name core.unknown,
  kind FULL
);

select d.*, 1 as one from raw.dim d
