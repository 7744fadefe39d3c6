MODEL (
  name core.natural,
  kind FULL
);

SELECT account_id, amount FROM app.payments NATURAL JOIN core.aggs
