MODEL (
  name core.cross_tab,
  kind FULL
);

SELECT account_id, max(amount) FILTER (WHERE currency = 'EUR') AS eur, max(amount) FILTER (WHERE currency = 'USD') AS usd FROM app.payments GROUP BY ROLLUP (account_id)
