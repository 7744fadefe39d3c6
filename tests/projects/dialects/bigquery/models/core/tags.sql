MODEL (
  name core.tags,
  kind FULL
);

select order_id, tag from stg.orders2, unnest(tags) tag where tag != ''
