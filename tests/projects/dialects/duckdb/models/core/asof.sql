MODEL (
  name core.asof,
  kind FULL
);

SELECT i.order_id, i.sku, p.price AS list_price FROM (SELECT i.*, o.ordered_at FROM raw.items i JOIN raw.orders o USING (order_id)) AS i ASOF LEFT JOIN raw.prices AS p ON i.sku = p.sku AND i.ordered_at >= p.valid_from
