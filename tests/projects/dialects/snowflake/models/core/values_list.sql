MODEL (
  name core.values_list,
  kind FULL
);

select column1 as id, column2 as label from values (1, 'a'), (2, 'b')
