MODEL (
  name core.items,
  kind FULL
);

SELECT event_name, item.item_id, item.price * item.quantity AS revenue, off FROM raw.events CROSS JOIN UNNEST(items) AS item WITH OFFSET AS off
