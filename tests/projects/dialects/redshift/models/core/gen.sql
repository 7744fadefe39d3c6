MODEL (
  name core.gen,
  kind FULL
);

select dateadd(day, n::int, '2024-01-01'::date) as day from (select row_number() over (order by 1) as n from stg.sales limit 100)
