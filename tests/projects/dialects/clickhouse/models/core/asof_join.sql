MODEL (
  name core.asof_join,
  kind FULL
);

SELECT h.id, u.name FROM stg.hits AS h ASOF LEFT JOIN db1.users AS u ON h.uid = u.id AND h.d >= u.since
