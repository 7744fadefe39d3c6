MODEL (
  name core.delta_path,
  kind FULL
);

SELECT a FROM delta.`/mnt/data/x`
