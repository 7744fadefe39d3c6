MODEL (
  name core.dates,
  kind FULL
);

select dateadd(day, 1, day) as a, dateadd(hour, 2, sold_at) as b, datediff(day, day, current_date) as c, date_part(year, day) as d, extract(month from sold_at) as e, to_char(day, 'YYYY') as f, to_date(note, 'YYYY-MM-DD') as g, to_timestamp(note, 'YYYY') as h, last_day(day) as i, add_months(day, 1) as j, months_between(day, day) as k, getdate() as l, sysdate as m, current_date as n, day + 1 as o, day - interval '1 day' as p, sold_at::date as q, convert_timezone('UTC', sold_at) as r, date_trunc('week', day) as s, day::timestamp as t, timestamp 'epoch' + sale_id * interval '1 second' as u, trunc(sold_at) as v, dayname(day) as w, sold_tz at time zone 'UTC' as x, date_diff('day', day, day) as y, next_day(day, 'Mon') as z from stg.sales
