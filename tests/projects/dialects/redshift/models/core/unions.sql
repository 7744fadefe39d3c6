MODEL (
  name core.unions,
  kind FULL
);

select buyer as id, 'b' as kind from stg.sales union all select userid, 'u' from stg.users union select 0, null
