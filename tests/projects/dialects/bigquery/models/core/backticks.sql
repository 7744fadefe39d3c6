MODEL (
  name core.backticks,
  kind FULL
);

SELECT o.`order_id`, o.status AS `the status` FROM `stg.orders2` AS o JOIN `stg`.`customers` c ON c.customer_id = o.customer_id
