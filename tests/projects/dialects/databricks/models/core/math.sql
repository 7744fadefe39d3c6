MODEL (
  name core.math,
  kind FULL
);

SELECT small + 1 AS a, trip_id * km AS b, fare + km AS c, fare / 2 AS d, trip_id / 2 AS e, trip_id DIV 2 AS f, trip_id % 2 AS g, round(fare, 1) AS h, ceil(km) AS i, floor(km) AS j, abs(fare) AS k, sqrt(km) AS l, pow(km, 2) AS m, greatest(km, 1) AS n, least(trip_id, small) AS o, rand() AS p, 1.5 AS q, 1e3 AS r, 10L AS s, cast(fare AS INT) AS t, int(km) AS u, double(fare) AS v, bround(fare, 1) AS w, -km AS x, ok AND NOT ok AS y, try_cast(status AS DOUBLE) AS z, pmod(trip_id, 2) AS aa, log(km) AS ab, exp(1) AS ac, sign(km) AS ad, fare * fare AS ae, isnull(km) AS af, nanvl(km, 0) AS ag, km <=> tip AS ah, bit_count(small) AS ai, conv('1', 2, 10) AS aj, monotonically_increasing_id() AS ak, cast('1' AS DECIMAL(38, 10)) AS al FROM stg.trips
