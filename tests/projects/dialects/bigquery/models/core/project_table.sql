MODEL (
  name core.project_table,
  kind FULL
);

SELECT a, b FROM `my-project.some_set.some_table`
