MODEL (
  name core.dollar,
  kind FULL
);

select $1 as one, t.$2 as two from raw.nobody t
