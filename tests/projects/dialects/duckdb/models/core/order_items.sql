MODEL (
  name core.order_items,
  kind FULL
);

WITH o AS (SELECT * FROM stg.orders), i AS (
  SELECT order_id, sum(net) AS net, count(*) AS lines, max(qty) AS max_qty, min(line) AS min_line, avg(qty) AS avg_qty, string_agg(sku, ',') AS skus, list(sku) AS sku_list, array_agg(DISTINCT qty) AS qtys, any_value(sku) AS one, arg_max(sku, price) AS dearest, median(price) AS med, stddev(price) AS sd, count(DISTINCT sku) AS n_sku, sum(qty) FILTER (WHERE qty > 1) AS multi, bool_and(qty > 0) AS all_pos
  FROM stg.items GROUP BY ALL
)
SELECT o.*, i.* EXCLUDE (order_id) FROM o LEFT JOIN i USING (order_id)
