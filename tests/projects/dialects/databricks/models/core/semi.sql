MODEL (
  name core.semi,
  kind FULL
);

SELECT * FROM stg.riders r LEFT SEMI JOIN stg.trips t ON r.rider = t.rider
