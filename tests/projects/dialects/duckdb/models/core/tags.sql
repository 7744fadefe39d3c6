MODEL (
  name core.tags,
  kind FULL
);

SELECT o.order_id, t.tag, upper(tag) AS big FROM stg.orders AS o, UNNEST(o.tags) AS t(tag)
