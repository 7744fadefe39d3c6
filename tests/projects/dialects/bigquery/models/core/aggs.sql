MODEL (
  name core.aggs,
  kind FULL
);

select customer_id, count(*) as n, countif(ok) as oks, count(distinct status) as ns, sum(total) as s, sum(discount) as sd, sum(order_id) as si, avg(total) as a, avg(order_id) as ai, min(day) as mn, max(created_at) as mx, any_value(status) as av, string_agg(status, ',') as sa, approx_count_distinct(status) as acd, approx_quantiles(discount, 4) as aq, approx_top_count(status, 3) as atc, logical_or(ok) as lo, stddev(discount) as sdv, corr(discount, order_id) as cr, bit_and(order_id) as ba, max_by(status, day) as mb, array_agg(distinct status) as ad, sum(if(ok, 1, 0)) as si2, sum(total) / count(*) as per, safe_divide(sum(total), count(*)) as sdiv, round(avg(total), 2) as rnd, ANY_VALUE(status HAVING MAX day) as lastst from stg.orders2 group by customer_id
