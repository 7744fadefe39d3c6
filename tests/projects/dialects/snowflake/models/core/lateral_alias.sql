MODEL (
  name core.lateral_alias,
  kind FULL
);

select amount * 2 as dbl, dbl + 1 as dbl1, case when dbl1 > 10 then 'hi' else 'lo' end as bucket, count(*) over (partition by bucket) as n from stg.orders where dbl > 2
