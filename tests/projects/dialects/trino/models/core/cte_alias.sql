MODEL (
  name core.cte_alias,
  kind FULL
);

WITH t(a, b) AS (SELECT id, host FROM stg.logs), u AS (SELECT a, count(*) c FROM t GROUP BY 1) SELECT t.*, u.c FROM t JOIN u USING (a) FETCH FIRST 10 ROWS ONLY
