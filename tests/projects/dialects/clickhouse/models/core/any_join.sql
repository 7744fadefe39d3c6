MODEL (
  name core.any_join,
  kind FULL
);

SELECT h.id, u.name FROM stg.hits AS h ANY LEFT JOIN db1.users AS u ON h.uid = u.id
