MODEL (
  name core.unknown,
  kind FULL
);

SELECT m.*, current_date() AS loaded FROM raw.misc m
