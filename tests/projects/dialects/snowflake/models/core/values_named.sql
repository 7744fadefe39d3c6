MODEL (
  name core.values_named,
  kind FULL
);

select v.id, v.label from (values (1, 'a'), (2, 'b')) as v (id, label)
