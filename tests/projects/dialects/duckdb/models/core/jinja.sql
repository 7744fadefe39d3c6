MODEL (
  name core.jinja,
  kind FULL
);

JINJA_QUERY_BEGIN;
SELECT order_id, {{ cents('amount') }} AS euros, {% for c in ['status', 'channel'] %}{{ c }}{% if not loop.last %}, {% endif %}{% endfor %} FROM stg.orders WHERE ordered_on >= '{{ start_ds }}'
JINJA_END;
