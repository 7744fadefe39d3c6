MODEL (
  name core.aggs,
  kind FULL
);

SELECT account_id, count(*) AS n, count(DISTINCT currency) AS nc, sum(amount) AS s, avg(amount) AS a, min(paid_on) AS mn, max(paid_on) AS mx, array_agg(currency ORDER BY paid_on) AS cs, string_agg(currency, ',') AS cs2, json_agg(meta) AS js, bool_and(amount > 0) AS pos, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS med, mode() WITHIN GROUP (ORDER BY currency) AS md, sum(amount) FILTER (WHERE currency = 'EUR') AS eur, stddev(amount) AS sd, sum(account_id) AS si, jsonb_object_agg(currency, amount) AS jo, count(*)::int AS ni, round(avg(amount), 2) AS ra, every(amount > 1) AS ev FROM app.payments GROUP BY account_id HAVING count(*) > 1
