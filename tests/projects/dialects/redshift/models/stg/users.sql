MODEL (
  name stg.users,
  kind VIEW
);

select *, username || '@' || city as handle, datediff(year, born, getdate()) as age, initcap(city) as city_name from raw.users
