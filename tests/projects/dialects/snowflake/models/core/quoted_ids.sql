MODEL (
  name core.quoted_ids,
  kind VIEW
);

select "ORDER_ID" as "order id", Order_Id as OID, 'a''b' as txt, $$dollar$$ as dollar from STG.ORDERS
