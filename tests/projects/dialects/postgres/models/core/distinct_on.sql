MODEL (
  name core.distinct_on,
  kind FULL
);

SELECT DISTINCT ON (account_id) account_id, paid_on, amount FROM app.payments ORDER BY account_id, paid_on DESC
