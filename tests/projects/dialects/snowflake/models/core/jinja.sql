MODEL (
  name core.jinja,
  kind FULL
);

JINJA_QUERY_BEGIN;
{% set metrics = ['amount', 'rate'] %}
select customer_id{% for m in metrics %}, sum({{ m }}) as total_{{ m }}{% endfor %} from stg.orders group by 1
JINJA_END;
