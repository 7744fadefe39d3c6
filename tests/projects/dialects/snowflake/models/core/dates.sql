MODEL (
  name core.dates,
  kind FULL
);

select dateadd(day, 1, day) as tomorrow, dateadd('month', -1, ordered_at) as prev, date_trunc('month', day) as month, date_trunc('week', ordered_at) as week, datediff(day, day, current_date) as age, last_day(day) as eom, year(day) as y, month(ordered_at) as m, dayofweek(day) as dow, to_char(day, 'YYYY-MM') as ym, to_timestamp(status) as ts, to_timestamp_ntz(status) as tsn, date_part('hour', ordered_at) as hr, extract(year from day) as yy, add_months(day, 2) as am, next_day(day, 'mo') as nd, day + 1 as plus1, day - interval '1 day' as minus1, current_timestamp as now1, sysdate() as now2, getdate() as now3, timestampdiff(hour, ordered_at, loaded_at) as th, dayname(day) as dn, monthname(day) as mn, date_from_parts(2024, 1, 1) as dfp, time_slice(ordered_at, 15, 'minute') as slice, quarter(day) as q, weekiso(day) as wi, timeadd(hour, 1, ordered_at) as ta from stg.orders
