MODEL (
  name core.subq,
  kind FULL
);

select u.userid, (select max(price) from stg.sales s where s.buyer = u.userid) as best, u.userid in (select buyer from stg.sales) as bought, case when u.likes then 'y' else 'n' end as liked from stg.users u where not exists (select 1 from stg.sales s2 where s2.buyer = u.userid and s2.price > 1000)
