MODEL (
  name core.ctes,
  kind FULL
);

with a as (select buyer, sum(price) as p from stg.sales group by 1), b as (select userid, state from stg.users) select b.state, sum(a.p) as p, count(*) as n, avg(p) as ap from a join b on a.buyer = b.userid group by b.state having sum(a.p) > 10 order by 2 desc limit 5
