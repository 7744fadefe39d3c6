MODEL (
  name core.ctes,
  kind FULL
);

WITH a AS (SELECT rider, sum(fare) AS f FROM stg.trips GROUP BY ALL), b AS (SELECT *, rank() OVER (ORDER BY f DESC) AS r FROM a) SELECT b.rider, riders.name, f, r, f / sum(f) OVER () AS share FROM b JOIN stg.riders USING (rider) WHERE r <= 10 ORDER BY r
