MODEL (
  name core.dashed,
  kind FULL
);

SELECT a FROM my-project.some_set.other_table
