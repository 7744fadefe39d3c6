MODEL (
  name core.corr_array,
  kind FULL
);

SELECT e.user_pseudo_id, i.item_id FROM raw.events e, e.items i
