MODEL (
  name core.minus_q,
  kind FULL
);

select buyer from stg.sales minus select userid from stg.users
