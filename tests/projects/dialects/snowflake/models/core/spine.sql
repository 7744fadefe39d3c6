MODEL (
  name core.spine,
  kind FULL
);

with recursive days as (select '2024-01-01'::date as day union all select dateadd(day, 1, day) from days where day < '2024-12-31') select day, to_char(day, 'DY') as name from days
