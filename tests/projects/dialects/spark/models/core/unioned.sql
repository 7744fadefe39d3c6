MODEL (
  name core.unioned,
  kind FULL
);

SELECT user, country FROM lake.users UNION SELECT user, NULL FROM stg.clicks
