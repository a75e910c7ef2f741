"""Pooled periods: fixed years as one, for what is shown of the region only, rounded and audited with its years."""

from __future__ import annotations

import random

import polars as pl
import pytest
from pydantic import ValidationError

from pipelines.audit import audit
from pipelines.audit_knowledge import Edition
from pipelines.audit_release import audited_periods
from pipelines.pooled import pooled_period
from pipelines.release import to_sdmx
from pipelines.statistics import exact_observations, read_cells
from tests.property.releases import CATALOG, REGION, SETTINGS, Network
from tests.unit.protection_builder import as_paths

YEARS = (2021, 2022, 2023)
PERIOD = "2021-01-01/P3Y"


def network(seed: int = 1) -> Network:
    return Network(CATALOG.contracts["arrests"], SETTINGS[1], random.Random(seed), YEARS)


def exact(net: Network, year: int) -> pl.DataFrame:
    with as_paths(net.cells()) as paths:
        cells = read_cells(paths, catalog=CATALOG, contract=net.contract)
        return exact_observations(
            cells, net.returns(), catalog=CATALOG, contract=net.contract, region=REGION, year=year
        )


def test_a_period_has_the_name_that_sdmx_gives_it() -> None:
    assert pooled_period(2021, 2023) == PERIOD


def test_the_period_is_the_sum_of_its_years_in_tables_for_the_region_only() -> None:
    frame = exact(network(), 2023)
    pooled = frame.filter(time_period=PERIOD)
    assert set(pooled["release_table"]) == {
        table.name for table in CATALOG.contracts["arrests"].release_tables if table.protection == "rounded"
    }
    years = frame.filter(
        pl.col("time_period").is_in(["2021", "2022", "2023"]), release_table="arrests_by_sex"
    )
    sums = dict(years.group_by("sex").agg(pl.col("obs_value").sum()).iter_rows())
    assert dict(pooled.filter(release_table="arrests_by_sex").select("sex", "obs_value").iter_rows()) == sums


def test_a_partner_that_misses_a_year_is_not_in_the_period() -> None:
    net = network()
    whole = exact(net, 2023).filter(time_period=PERIOD, release_table="arrests_by_sex", sex="female")
    with as_paths(net.cells()) as paths:
        returns = net.returns().filter(~((pl.col("partner") == "SRB") & (pl.col("reference_year") == 2022)))
        cells = read_cells(paths, catalog=CATALOG, contract=net.contract)
        part = exact_observations(
            cells, returns, catalog=CATALOG, contract=net.contract, region=REGION, year=2023
        ).filter(time_period=PERIOD, release_table="arrests_by_sex", sex="female")
    assert whole["partners_reporting"].to_list() == ["6 of 6"]
    assert part["partners_reporting"].to_list() == ["5 of 6"]
    serbia = sum(person[2] == "female" for year in YEARS for person in net.persons[year, "SRB"])
    assert part["obs_value"].item() == whole["obs_value"].item() - serbia


def test_a_period_is_published_in_the_editions_that_show_its_last_year() -> None:
    net = network()
    assert PERIOD not in set(exact(net, 2022)["time_period"])
    assert PERIOD in set(exact(net, 2023)["time_period"])
    last = 2023 + REGION.series_years - 1
    late = exact(net, last)
    assert PERIOD in set(late["time_period"])
    assert "2021" not in set(late["time_period"]), "its years are read, and are not in the edition's window"
    assert PERIOD not in set(exact(net, last + 1)["time_period"])


def test_a_period_is_audited_together_with_its_years() -> None:
    net = network()
    edition, outcome, published = net.publish(2023, (), bytes(32))
    assert outcome.passed
    groups = list(audited_periods(edition, REGION))
    assert groups[-1] == ("2021", "2022", "2023", PERIOD)
    assert set(published.filter(time_period=PERIOD)["obs_method"]) <= {"R5", "R5W", ""}


@pytest.mark.parametrize("seed", range(3))
def test_an_exact_period_beside_rounded_years_leaks(seed: int) -> None:
    """Measured when the method was chosen: leaks in 26 of 26."""
    net = network(seed)
    edition, _, published = net.publish(2023, (), bytes(32))
    true = exact(net, 2023).filter(time_period=PERIOD, release_table="arrests_by_sex")
    careful = published.filter(
        ~((pl.col("time_period") == PERIOD) & (pl.col("release_table") == "arrests_by_sex"))
    )
    rows = to_sdmx(pl.concat([careful, true.select(careful.columns)]), contract=net.contract)
    found = audit(
        [Edition(rows, edition.cells)],
        ("2021", "2022", "2023", PERIOD),
        catalog=CATALOG,
        contract=net.contract,
        region=REGION,
    )
    assert ("arrests_by_sex", PERIOD) in found.leaks


def test_periods_that_overlap_are_refused() -> None:
    with pytest.raises(ValidationError, match="never overlap"):
        REGION.model_validate(REGION.model_dump() | {"pooled_periods": [[2021, 2023], [2023, 2025]]})
