MODEL (
  name core.grouping,
  kind FULL
);

select code, day, sum(price) as p, grouping(code) as g from stg.sales group by grouping sets ((code), (day), ())
