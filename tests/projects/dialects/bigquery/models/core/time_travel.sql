MODEL (
  name core.time_travel,
  kind FULL
);

SELECT id, status FROM raw.orders FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR)
