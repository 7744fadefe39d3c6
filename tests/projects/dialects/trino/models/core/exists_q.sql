MODEL (
  name core.exists_q,
  kind FULL
);

SELECT id FROM stg.logs l WHERE EXISTS (SELECT 1 FROM hive.plain p WHERE p.x = l.id) AND host NOT IN (SELECT h FROM hive.plain)
