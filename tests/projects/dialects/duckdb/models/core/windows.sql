MODEL (
  name core.windows,
  kind FULL
);

SELECT order_id, sum(amount) OVER w AS running, lag(amount, 1, 0) OVER w AS prev, lead(ordered_at) OVER w AS nxt, rank() OVER (ORDER BY amount) AS rk, ntile(4) OVER w AS q, first_value(status) OVER w AS fs, percent_rank() OVER w AS pr, amount - lag(amount) OVER w AS diff FROM stg.orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
