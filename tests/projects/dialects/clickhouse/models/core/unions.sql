MODEL (
  name core.unions,
  kind FULL
);

SELECT id, url FROM stg.hits UNION ALL SELECT id, name FROM db1.users
