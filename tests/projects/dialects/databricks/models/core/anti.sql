MODEL (
  name core.anti,
  kind FULL
);

SELECT r.* FROM stg.riders r LEFT ANTI JOIN stg.trips t ON r.rider = t.rider
