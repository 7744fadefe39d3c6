MODEL (
  name stg.trips,
  kind VIEW
);

-- cleaned trips
SELECT trip_id, rider, started, ended, day, km, fare, tip, coalesce(tip, 0) AS tip0, fare + tip AS paid, lower(status) AS status, place.city, place.zip AS zip, attrs['source'] AS source, stops[0].name AS first_stop, size(stops) AS n_stops, raw:user.id::int AS user_id, raw:flags[0] AS flag0, ok, to_date(started) AS started_on, date_trunc('HOUR', started) AS hour, unix_timestamp(ended) - unix_timestamp(started) AS secs, stops, attrs, tags, small FROM raw.trips WHERE status IS NOT NULL
