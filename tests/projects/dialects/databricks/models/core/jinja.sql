MODEL (
  name core.jinja,
  kind FULL
);

JINJA_QUERY_BEGIN;
{% macro total(c) %}sum({{ c }}) AS total_{{ c }}{% endmacro %}
SELECT rider, {{ total('km') }}, {{ total('fare') }} FROM stg.trips GROUP BY rider
JINJA_END;
