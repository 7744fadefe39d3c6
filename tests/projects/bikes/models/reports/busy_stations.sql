MODEL (
  name reports.busy_stations,
  kind VIEW,
  owner city_desk,
  tags (report),
  description 'Departures per dock and day: where bicycles have to be brought to'
);

SELECT
  s.station_name,
  s.district,
  r.started_on,
  r.trips / s.docks AS trips_per_dock
FROM rental.daily_revenue AS r
JOIN city.stations AS s
  ON s.station_id = r.station_id
