MODEL (
  name core.nested_arrays,
  kind FULL
);

SELECT user_pseudo_id, (SELECT SUM(i.price * i.quantity) FROM UNNEST(items) AS i) AS revenue, (SELECT AS STRUCT i.* FROM UNNEST(items) i LIMIT 1) AS top_item, EXISTS(SELECT 1 FROM UNNEST(items) x WHERE x.price > 10) AS pricey, ARRAY(SELECT DISTINCT x.item_id FROM UNNEST(items) AS x ORDER BY 1) AS ids FROM raw.events
