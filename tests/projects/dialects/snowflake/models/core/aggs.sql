MODEL (
  name core.aggs,
  kind FULL
);

select customer_id, count(*) n, count(distinct order_id) nd, count_if(is_gift) as gifts, sum(amount) s, avg(amount) a, sum(rate) sr, avg(rate) ar, min(day) mn, max(ordered_at) mx, median(amount) med, approx_count_distinct(order_id) acd, stddev(amount) sd, variance(rate) vr, array_agg(status) within group (order by day) arr, object_agg(status, payload) obj, any_value(status) av, boolor_agg(is_gift) bo, max_by(status, amount) mb, mode(status) md, percentile_cont(0.5) within group (order by amount) pc, listagg(distinct status, ',') within group (order by status) la, corr(rate, amount) cr, hll(order_id) hl, bitand_agg(customer_id) ba, kurtosis(rate) ku, sum(iff(is_gift, 1, 0)) as gift_sum, sum(case when is_gift then amount end) gift_amount, count(*) / nullif(count(distinct day), 0) as per_day, ratio_to_report(sum(amount)) over () as share, array_unique_agg(status) as aua, min_by(status, day, 3) as mb3 from stg.orders group by all having count(*) > 1
