MODEL (
  name core.dates,
  kind FULL
);

SELECT toMonday(day) AS a, toStartOfMonth(day) AS b, addDays(day, 1) AS c, dateDiff('day', day, today()) AS d, now() AS e, day + INTERVAL 1 DAY AS f, formatDateTime(at, '%Y') AS g, toYear(day) AS h, dateAdd(DAY, 1, day) AS i, date_trunc('month', day) AS j, toUnixTimestamp(at) AS k, parseDateTimeBestEffort(url) AS l, subtractMonths(day, 1) AS m, extract(YEAR FROM day) AS n1, yesterday() AS o FROM stg.hits
