MODEL (
  name core.hints,
  kind FULL
);

SELECT /*+ BROADCAST(r) */ t.trip_id, r.name FROM stg.trips t JOIN stg.riders r ON r.rider = t.rider
