MODEL (
  name core.spine,
  kind FULL
);

SELECT explode(sequence(to_date('2024-01-01'), to_date('2024-12-31'), interval 1 day)) AS day
