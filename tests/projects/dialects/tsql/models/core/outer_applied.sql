MODEL (
  name core.outer_applied,
  kind FULL
);

SELECT o.order_id, s.value FROM stg.orders o OUTER APPLY STRING_SPLIT(o.note, ',') AS s
