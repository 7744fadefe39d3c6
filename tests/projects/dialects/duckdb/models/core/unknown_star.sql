MODEL (
  name core.unknown_star,
  kind FULL
);

SELECT *, 1 AS one FROM raw.undescribed
