MODEL (
  name core.setops,
  kind FULL
);

SELECT account_id FROM stg.accounts UNION ALL (SELECT account_id FROM app.payments EXCEPT SELECT 1) INTERSECT SELECT id FROM app.payments ORDER BY 1
