MODEL (
  name core.aggs,
  kind FULL
);

select buyer, count(*) n, sum(qty) q, sum(price) p, avg(price) ap, avg(qty) aq, min(day) mn, max(sold_at) mx, listagg(code, ',') within group (order by code) as codes, listagg(distinct note) as notes, approximate count(distinct sale_id) as acd, median(price) med, percentile_cont(0.5) within group (order by price) as pc, stddev(price) sd, bool_or(flag) bo, count(distinct day) days, sum(case when flag then price else 0 end) flagged, sum(total)::decimal(18,2) as tot, any_value(note) av, ratio_to_report(sum(price)) over () as rr, var_pop(ratio) vp from stg.sales group by buyer
