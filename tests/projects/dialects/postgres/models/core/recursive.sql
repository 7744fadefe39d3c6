MODEL (
  name core.recursive,
  kind FULL
);

WITH RECURSIVE tree(id, parent, depth) AS (SELECT account_id, NULL::bigint, 0 FROM stg.accounts WHERE admin UNION ALL SELECT p.id, t.id, t.depth + 1 FROM app.payments p JOIN tree t ON p.account_id = t.id) SELECT id, parent, depth FROM tree
