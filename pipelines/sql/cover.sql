-- A measure of the cover: every member partner and year, with its state.
with joined as (
    select m.partner as ref_area, m.reference_year, r.release, r.status, r.coverage, r./*measure*/ as value,
           r.break_in_series
    from members m
    left join returns r on r.partner = m.partner and r.reference_year = m.reference_year
)
select ref_area, reference_year, release,
       case when status in ('reported', 'nil') then value end as obs_value,
       case
           when status is null then 'L'
           when status = 'not_applicable' then 'M'
           when status = 'not_available' or value is null then 'O'
           when break_in_series then 'B'
           else 'A'
       end as obs_status,
       case
           when status is null then 'no_return'
           when status in ('not_applicable', 'not_available') then status
           when value is null then 'not_available'
           else concat_ws(';',
               case when break_in_series then 'break' end,
               case when coverage = 'partial' then 'partial' end
           )
       end as obs_note,
       '' as partners_reporting
from joined
order by all
