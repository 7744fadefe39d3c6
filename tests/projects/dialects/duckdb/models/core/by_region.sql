MODEL (
  name core.by_region,
  kind FULL
);

SELECT @EACH(@regions, r -> sum(CASE WHEN code = @r THEN weight END) AS w_@r), count(*) AS n FROM stg.regions
