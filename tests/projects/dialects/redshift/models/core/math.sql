MODEL (
  name core.math,
  kind FULL
);

select qty + 1 as a, qty / 2 as b, price / qty as c, price * 1.1 as d, qty % 2 as e, mod(qty, 2) as f, round(price, 1) as g, ceil(price) as h, floor(ratio) as i, abs(price) as j, sqrt(price) as k, power(qty, 2) as l, greatest(price, 1) as m, least(qty, 2) as n, random() as o, weight * 2 as p, ratio + price as q, sign(price) as r, ln(price) as s, trunc(price) as t, 1.5 as u, 10 / 3 as v, -qty as w, qty::float / 3 as x, cast(price as decimal(10,4)) as y, exp(1) as z, dexp(1) as aa, |/ 25 as ab, price::int8 as ac from stg.sales
