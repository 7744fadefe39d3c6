MODEL (
  name core.settings_kv,
  kind FULL
);

SELECT a.account_id, kv.key, kv.value FROM stg.accounts a CROSS JOIN LATERAL jsonb_each_text(a.settings) AS kv(key, value)
