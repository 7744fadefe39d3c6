MODEL (
  name core.sessions,
  kind FULL
);

WITH base AS (SELECT user_pseudo_id, event_at, event_name, TIMESTAMP_DIFF(event_at, LAG(event_at) OVER (PARTITION BY user_pseudo_id ORDER BY event_at), MINUTE) AS gap FROM stg.events), marked AS (SELECT *, IF(gap > 30 OR gap IS NULL, 1, 0) AS is_new FROM base), numbered AS (SELECT *, SUM(is_new) OVER (PARTITION BY user_pseudo_id ORDER BY event_at ROWS UNBOUNDED PRECEDING) AS session_no FROM marked) SELECT user_pseudo_id, session_no, MIN(event_at) AS started, MAX(event_at) AS ended, COUNT(*) AS events, COUNTIF(event_name = 'purchase') AS buys, STRING_AGG(event_name ORDER BY event_at) AS path FROM numbered GROUP BY 1, 2
