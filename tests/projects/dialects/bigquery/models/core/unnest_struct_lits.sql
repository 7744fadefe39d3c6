MODEL (
  name core.unnest_struct_lits,
  kind FULL
);

SELECT code, label FROM UNNEST([STRUCT('a' AS code, 'Alpha' AS label), ('b', 'Beta')])
