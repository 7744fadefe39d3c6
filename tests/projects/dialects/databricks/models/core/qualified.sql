MODEL (
  name core.qualified,
  kind FULL
);

SELECT * FROM stg.trips QUALIFY row_number() OVER (PARTITION BY rider ORDER BY started DESC) = 1
