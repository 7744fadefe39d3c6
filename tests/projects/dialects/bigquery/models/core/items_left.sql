MODEL (
  name core.items_left,
  kind FULL
);

SELECT user_pseudo_id, i.price FROM raw.events LEFT JOIN UNNEST(items) AS i ON i.quantity > 1
