MODEL (
  name stg.hits,
  kind VIEW
);

SELECT id, user_id, lower(url) AS url, at, toDate(at) AS d, toStartOfHour(at) AS h, toYYYYMM(day) AS ym, tags, length(tags) AS n_tags, tags[1] AS t1, dur, price, kind, m['k'] AS mk, n, opt, coalesce(opt, 'x') AS opt_x, ifNull(user_id, 0) AS uid, if(n > 1, 'a', 'b') AS ab, multiIf(n = 1, 'one', n = 2, 'two', 'many') AS word, day, t, f32, at64 FROM db1.hits FINAL
