MODEL (
  name stg.customers,
  kind FULL
);

FROM raw.customers SELECT * EXCLUDE (address, email), address.city AS city, address.zip, md5(email) AS email_hash, split_part(email, '@', 2) AS domain
