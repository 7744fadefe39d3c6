MODEL (
  name core.star_except,
  kind FULL
);

SELECT * EXCEPT (tags, t), id * 2 AS id2 FROM stg.hits
