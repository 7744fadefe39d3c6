MODEL (
  name core.backticks,
  kind FULL
);

SELECT `trip_id` AS `Trip Id`, STATUS AS Status, T.`Km` FROM STG.Trips T
