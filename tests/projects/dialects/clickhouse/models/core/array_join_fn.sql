MODEL (
  name core.array_join_fn,
  kind FULL
);

SELECT id, arrayJoin(tags) AS tag FROM stg.hits
