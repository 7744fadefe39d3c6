MODEL (
  name core.fns,
  kind FULL
);

SELECT CONCAT(note, 'x') AS a, note + 'x' AS b, SUBSTRING(note, 1, 2) AS c, LEFT(note, 1) AS d, CHARINDEX('a', note) AS e, REPLACE(note, 'a', 'b') AS f, LTRIM(RTRIM(note)) AS g, UPPER(note) AS h, COALESCE(note, 'x') AS i, NULLIF(note, '') AS j, CAST(Amount AS INT) AS k, ROUND(Amount, 1) AS l, CEILING(Amount) AS m, FLOOR(Ratio) AS n1, ABS(order_id) AS o, POWER(order_id, 2) AS p, SQRT(Ratio) AS q, order_id / 2 AS r, order_id % 2 AS s, Amount / 3 AS t, Ratio * 2 AS u, GETDATE() AS v, SYSDATETIME() AS w, CURRENT_TIMESTAMP AS x, EOMONTH(order_date) AS yy, DATEPART(month, order_date) AS z, DATENAME(month, order_date) AS aa, FORMAT(order_date, 'yyyy') AS ab, DATEFROMPARTS(2024, 1, 1) AS ac, MONTH(order_date) AS ad, NEWID() AS ae, CHOOSE(1, 'a', 'b') AS af, CASE order_id WHEN 1 THEN 'a' ELSE N'b' END AS ag, TRY_CONVERT(INT, note) AS ah, ISNUMERIC(note) AS ai, STUFF(note, 1, 1, 'x') AS aj, LEN(note) AS ak, HASHBYTES('MD5', note) AS al, 1.5 AS am, order_id + Big AS an, DATETRUNC(month, order_date) AS ao, REPLICATE(note, 2) AS ap, CAST(note AS NVARCHAR(MAX)) AS aq, SIGN(Amount) AS ar, DATEDIFF_BIG(second, nxt, nxt) AS ast FROM stg.orders
