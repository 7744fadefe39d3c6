MODEL (
  name stg.items,
  kind FULL
);

SELECT * REPLACE (qty * price AS price), qty * price * (1 - coalesce(discount, 0)) AS net, row_number() OVER (PARTITION BY order_id ORDER BY line) AS rn FROM raw.items
