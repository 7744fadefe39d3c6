MODEL (
  name core.unknown,
  kind VIEW
);

select *, current_date() as loaded from raw.nobody
