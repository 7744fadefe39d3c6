MODEL (
  name core.exploded,
  kind FULL
);

SELECT c.id, e.item FROM lake.clicks c LATERAL VIEW explode(c.items) e AS item
