MODEL (
  name core.joined,
  kind FULL
);

select o.order_id, c.customer_id, c.full_name, coalesce(c.plan, 'free') as plan, f.rate as fx, o.amount * f.rate as amount_fx, c."MixedCase" from stg.orders as o left join stg.customers c on c.customer_id = o.customer_id left outer join raw.fx f on f.day = o.day and f.currency = 'EUR' where o.status in ('paid', 'open') and exists (select 1 from raw.events e where e.id = o.status)
