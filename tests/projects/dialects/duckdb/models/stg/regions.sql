MODEL (name stg.regions, kind SEED (path '../../seeds/regions.csv'), columns (code VARCHAR, region VARCHAR, weight INT));
