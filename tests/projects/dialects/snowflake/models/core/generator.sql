MODEL (
  name core.generator,
  kind FULL
);

select seq4() as n, row_number() over (order by seq4()) as rn, dateadd(day, row_number() over (order by null) - 1, '2024-01-01'::date) as day from table(generator(rowcount => 366))
