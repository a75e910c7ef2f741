-- Sums over the partners that have a value for the cell; the others are counted, never filled in.
select release_table, protection, $ref_area as ref_area, reference_year, /*dimensions*/, measure, '' as release,
       sum(obs_value) as obs_value,
       case
           when count(obs_value) = 0 and bool_and(obs_status = 'L') then 'L'
           when count(obs_value) = 0 and bool_and(obs_status in ('L', 'M')) then 'M'
           when count(obs_value) = 0 then 'O'
           when bool_or(obs_status = 'B') then 'B'
           else 'A'
       end as obs_status,
       concat_ws(';',
           case when count(obs_value) = 0 and bool_and(obs_status = 'L') then 'no_return'
                when count(obs_value) = 0 and bool_and(obs_status in ('L', 'M')) then 'not_applicable'
                when count(obs_value) = 0 then 'not_available' end,
           case when bool_or(obs_status = 'B') then 'break' end,
           case when bool_or(contains(obs_note, 'partial')) then 'partial' end,
           case when count(obs_value) > 0 and (bool_or(contains(obs_note, 'at_least'))
                or bool_or(obs_status = 'O' and obs_note <> 'not_available')) then 'at_least' end
       ) as obs_note,
       count(obs_value) || ' of ' || count(*) as partners_reporting
from by_partner
group by all
order by all
