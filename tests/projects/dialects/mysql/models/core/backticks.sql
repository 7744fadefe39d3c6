MODEL (
  name core.backticks,
  kind FULL
);

SELECT `id` AS `Order Id`, O.`Total` AS Total FROM `stg`.`orders` AS O
