MODEL (
  name core.cte_star,
  kind FULL
);

WITH x AS (SELECT * FROM stg.clicks), y AS (SELECT user, max(at) AS at FROM x GROUP BY user) SELECT x.* FROM x JOIN y ON x.user = y.user AND x.at = y.at
