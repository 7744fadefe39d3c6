MODEL (
  name core.pivoted,
  kind FULL
);

select * from (select buyer, code, price from stg.sales) pivot (sum(price) as total for code in ('a' as alpha, 'b' as beta))
