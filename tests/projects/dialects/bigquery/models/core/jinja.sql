MODEL (
  name core.jinja,
  kind FULL
);

JINJA_QUERY_BEGIN;
{%- set events = ['purchase', 'view'] -%}
SELECT user_pseudo_id, {% for e in events %}COUNTIF(event_name = '{{ e }}') AS n_{{ e }}, {% endfor %} COUNT(*) AS n FROM stg.events GROUP BY user_pseudo_id
JINJA_END;
