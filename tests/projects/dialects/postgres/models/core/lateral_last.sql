MODEL (
  name core.lateral_last,
  kind FULL
);

SELECT a.account_id, l.paid_on, l.amount FROM stg.accounts a LEFT JOIN LATERAL (SELECT p.paid_on, p.amount FROM app.payments p WHERE p.account_id = a.account_id ORDER BY p.paid_on DESC LIMIT 1) AS l ON TRUE
