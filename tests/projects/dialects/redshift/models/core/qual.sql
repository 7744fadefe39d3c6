MODEL (
  name core.qual,
  kind FULL
);

select * from stg.sales qualify row_number() over (partition by buyer order by sold_at desc) = 1
