MODEL (
  name core.ctes,
  kind FULL
);

WITH a AS (SELECT user_id, count() AS c FROM stg.hits GROUP BY user_id), b AS (SELECT * FROM a WHERE c > 1) SELECT b.user_id, b.c, u.name FROM b INNER JOIN db1.users u ON u.id = b.user_id
