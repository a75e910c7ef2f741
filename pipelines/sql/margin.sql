-- One margin of one release table: every member partner, year and code combination, with its state.
-- A partner's figures come from one of its submitted tables: the least broken-down one that holds all the codes
-- asked for (tables are never joined), preferring one whose measure is known throughout.
with candidates as (
    select partner, reference_year, signature, breadth, count(*) - count(/*measure*/) as unknown
    from cells
    where true /*contains*/
    group by all
),
chosen as (
    select distinct on (partner, reference_year) partner, reference_year, signature
    from candidates
    order by partner, reference_year, unknown, breadth, signature
),
counted as (
    select c.partner, c.reference_year /*codes*/,
           sum(c./*measure*/) as value, count(*) - count(c./*measure*/) as unknown
    from cells c join chosen using (partner, reference_year, signature)
    group by all
),
joined as (
    select m.partner as ref_area, m.reference_year, d.* exclude (one), r.release, r.status, r.coverage,
           r.break_in_series,
           h.signature is not null as broken_down,
           n.value, coalesce(n.unknown, 0) as unknown,
           coalesce(sum(n.value) over w, 0) as partner_total,
           /*unspecified*/ as unspecified,
           (/*not_collected*/) as not_collected
    from members m
    cross join domain d
    left join returns r on r.partner = m.partner and r.reference_year = m.reference_year
    left join chosen h on h.partner = m.partner and h.reference_year = m.reference_year
    left join counted n on n.partner = m.partner and n.reference_year = m.reference_year /*match*/
    window w as (partition by m.partner, m.reference_year)
),
stated as (
    select *,
           case
               when status is null then 'no_return'
               when status = 'not_applicable' then 'not_applicable'
               when status = 'not_available' then 'not_available'
               when status = 'nil' then 'zero'
               when not broken_down then 'not_broken_down'
               when not_collected then 'not_collected'
               when unspecified > 0 and unspecified = partner_total then 'not_specified'
               when value is null and unknown > 0 then 'unknown'
               else 'value'
           end as state
    from joined
)
select ref_area, reference_year, * exclude (ref_area, reference_year, status, coverage, break_in_series, broken_down,
       value, unknown, partner_total, unspecified, not_collected, state),
       case state when 'zero' then 0 when 'value' then coalesce(value, 0) end as obs_value,
       case
           when state = 'no_return' then 'L'
           when state = 'not_applicable' then 'M'
           when state not in ('zero', 'value') then 'O'
           when break_in_series then 'B'
           else 'A'
       end as obs_status,
       concat_ws(';',
           case when state not in ('zero', 'value') then state end,
           case when state = 'value' and break_in_series then 'break' end,
           case when state = 'value' and coverage = 'partial' then 'partial' end,
           case when state = 'value' and (unspecified > 0 or unknown > 0) then 'at_least' end
       ) as obs_note,
       '' as partners_reporting
from stated
order by all
