MODEL (
  name stg.clicks,
  kind VIEW
);

SELECT id, user, at, page.url AS url, page.ref, qs['utm'] AS utm, items, cast(at AS DATE) AS dt, price, score, percentile_approx(score, array(0.5, 0.9)) OVER (PARTITION BY user) AS ps FROM lake.clicks
