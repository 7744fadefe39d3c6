MODEL (
  name core.group_by_rollup,
  kind FULL
);

select status, day, sum(amount) as s, grouping(status) as g from stg.orders group by rollup (status, day)
