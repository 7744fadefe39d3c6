MODEL (
  name core.versioned,
  kind FULL
);

SELECT id, user FROM lake.clicks VERSION AS OF 1
