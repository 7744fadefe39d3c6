MODEL (
  name core.alias_reuse,
  kind FULL
);

SELECT amount AS a, a * 2 AS b, b + 1 AS c, round(c, 1) AS d FROM stg.orders WHERE b > 3
