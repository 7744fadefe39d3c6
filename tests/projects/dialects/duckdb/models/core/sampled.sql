MODEL (
  name core.sampled,
  kind FULL
);

SELECT event_id, kind FROM raw.events USING SAMPLE 10%
