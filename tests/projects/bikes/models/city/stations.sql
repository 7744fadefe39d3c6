MODEL (
  name city.stations,
  kind SEED (path '../../seeds/stations.csv'),
  columns (station_id INT, station_name TEXT, district TEXT, docks INT),
  owner city_desk,
  grain station_id
);
