MODEL (
  name core.array_joined,
  kind FULL
);

SELECT id, tag FROM stg.hits ARRAY JOIN tags AS tag
