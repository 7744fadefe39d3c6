MODEL (
  name core.materialized,
  kind FULL
);

WITH x AS MATERIALIZED (SELECT * FROM app.payments), y AS NOT MATERIALIZED (SELECT account_id, max(amount) AS m FROM x GROUP BY 1) SELECT x.*, y.m FROM x JOIN y USING (account_id)
