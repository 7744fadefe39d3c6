MODEL (
  name core.tags,
  kind FULL
);

SELECT account_id, t.tag, t.pos FROM stg.accounts, unnest(tags) WITH ORDINALITY AS t(tag, pos)
