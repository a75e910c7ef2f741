-- Sums over the partners that have a value for the cell; the others are counted, never filled in.
-- "At least 0" is no figure: where partners that reported did not break the cell down and the others have none, it
-- is not available (else the Union would have "0 killed" because only states without attacks said so).
with summed as (
    select release_table, protection, reference_year, /*dimensions*/, measure,
           sum(obs_value) as value,
           count(obs_value) as known,
           count(*) as members,
           bool_and(obs_status = 'L') as none_returned,
           bool_and(obs_status in ('L', 'M')) as none_applicable,
           bool_or(obs_status = 'O' and obs_note <> 'not_available') as not_broken_down,
           bool_or(contains(obs_note, 'at_least')) as at_least,
           bool_or(obs_status = 'B') as break_in_series,
           bool_or(contains(obs_note, 'partial')) as partial
    from by_partner
    group by all
),
stated as (
    select *,
           case
               when none_returned then 'no_return'
               when none_applicable then 'not_applicable'
               when known = 0 and not_broken_down then 'not_broken_down'
               when known = 0 then 'not_available'
               when value = 0 and not_broken_down then 'not_broken_down'
               else 'value'
           end as state
    from summed
)
select release_table, protection, $ref_area as ref_area, reference_year, /*dimensions*/, measure, '' as release,
       case when state = 'value' then value end as obs_value,
       case
           when state = 'no_return' then 'L'
           when state = 'not_applicable' then 'M'
           when state <> 'value' then 'O'
           when break_in_series then 'B'
           else 'A'
       end as obs_status,
       concat_ws(';',
           case when state <> 'value' then state end,
           case when state = 'value' and break_in_series then 'break' end,
           case when state = 'value' and partial then 'partial' end,
           case when state = 'value' and (at_least or not_broken_down) then 'at_least' end
       ) as obs_note,
       known || ' of ' || members as partners_reporting
from stated
order by all
