MODEL (
  name core.math,
  kind FULL
);

select order_id + 1 as a, order_id * rate as b, amount + rate as c, amount * 1.5 as d, amount / order_id as e, mod(order_id, 2) as f, round(amount, 1) as g, ceil(rate) as h, floor(amount) as i, abs(amount) as j, sqrt(amount) as k, power(rate, 2) as l, greatest(amount, rate) as m, least(1, 2.5) as n, div0(amount, order_id) as o, sign(amount) as p, ln(rate) as q, exp(1) as r, trunc(amount) as s, random() as t, uniform(1, 10, random()) as u, to_number(status) as v, to_decimal(status, 10, 2) as w, amount::float as x, amount::number(10, 4) as y, 1.25 as z, -amount as aa, bitand(order_id, 1) as ab, order_id % 3 as ac, square(rate) as ad, log(10, amount) as ae, pi() as af, seq4() as ag, width_bucket(amount, 0, 10, 5) as ah, div0null(1, 2) as ai, truncate(amount, 1) as aj, haversine(1,2,3,4) as ak from stg.orders
