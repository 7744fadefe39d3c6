MODEL (
  name core.match_rec,
  kind FULL
);

select * from raw.events match_recognize (partition by id order by ts measures first(ts) as start_ts, count(*) as cnt one row per match pattern (a b+) define b as n > lag(n))
