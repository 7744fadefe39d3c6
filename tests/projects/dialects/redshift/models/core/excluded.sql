MODEL (
  name core.excluded,
  kind FULL
);

select * exclude (note, extra) from stg.sales
