MODEL (
  name stg.sales,
  kind VIEW
);

select sale_id, listid as list_id, buyer, qty::int as qty, price, qty * price as total, trunc(sold_at) as sold_date, date_trunc('month', sold_at) as sold_month, nvl(note, '') as note, nvl2(note, 1, 0) as has_note, decode(code, 'a', 'Alpha', 'Beta') as label, extra.customer.name as cname, extra.items[0].sku as sku, extra, flag, day, sold_at, sold_tz, weight, ratio, code from raw.sales where flag is true
