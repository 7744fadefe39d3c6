MODEL (
  name core.windows,
  kind FULL
);

SELECT id, sum(amount) OVER w AS run, lag(paid_on) OVER w AS prev, rank() OVER (ORDER BY amount) AS r, row_number() OVER w AS rn, first_value(currency) OVER w AS fc, ntile(3) OVER w AS nt, percent_rank() OVER w AS pr, amount - lag(amount, 1, 0.0) OVER w AS diff FROM app.payments WINDOW w AS (PARTITION BY account_id ORDER BY paid_on)
