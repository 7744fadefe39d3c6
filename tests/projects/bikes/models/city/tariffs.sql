MODEL (
  name city.tariffs,
  kind SEED (path '../../seeds/tariffs.csv'),
  columns (tariff TEXT, cents_per_minute INT, free_minutes INT),
  owner finance
);
