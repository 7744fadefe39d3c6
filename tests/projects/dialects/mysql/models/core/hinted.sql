MODEL (
  name core.hinted,
  kind FULL
);

SELECT /*+ MAX_EXECUTION_TIME(1000) */ id, total FROM stg.orders FORCE INDEX (PRIMARY) WHERE total > 1 FOR UPDATE
