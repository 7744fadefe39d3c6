MODEL (
  name stg.orders,
  kind VIEW
);

SELECT id, customer, placed, DATE(placed) AS d, day, total, qty, total * qty AS amount, IFNULL(note, '') AS note, IF(flag, 'y', 'n') AS yn, body->>'$.a' AS a, body->'$.b' AS b, JSON_EXTRACT(body, '$.c') AS c0, DATE_FORMAT(placed, '%Y-%m') AS ym, ratio, f, flag, m, c, stamp FROM shop.orders USE INDEX (ix)
