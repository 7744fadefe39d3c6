MODEL (
  name stg.riders,
  kind VIEW
);

SELECT *, concat(name, ' <', email, '>') AS label, split(email, '@')[1] AS domain, floor(months_between(current_date(), born) / 12) AS age FROM raw.riders
