MODEL (
  name stg.customers,
  kind VIEW
);

SELECT id AS customer_id, * EXCEPT (id, email), TO_HEX(MD5(email)) AS email_hash, SPLIT(email, '@')[OFFSET(1)] AS domain, Signup AS joined FROM raw.customers
