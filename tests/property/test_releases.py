"""Random releases, with an earlier edition and revisions: none is published with a cell that somebody can prove."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

from pipelines.audit_knowledge import Edition
from pipelines.audit_views import breakdown_views
from pipelines.protected import AuditOutcome
from pipelines.release import to_sdmx
from pipelines.statistics import exact_observations, read_cells
from tests.proofs import CASES, SEED, seeded
from tests.property.outsider import Outsider
from tests.property.releases import CATALOG, PARTNERS, REGION, SETTINGS, Network, Setting
from tests.unit.protection_builder import as_paths

ROUNDED = {
    name: [table.name for table in contract.release_tables if table.protection == "rounded"]
    for name, contract in CATALOG.contracts.items()
}
POOLED_EVERY = 20
LEFT_OUT = "left out "


def network(setting: Setting, number: int) -> Network:
    """A region of three years for every twentieth, else of one; arrests and convictions in turn."""
    draw = random.Random(f"{SEED}|{setting.name}|{number}")
    dataset = ("arrests", "convictions")[number % 2]
    years = (2021, 2022, 2023) if number % POOLED_EVERY == 0 else (2023,)
    return Network(CATALOG.contracts[dataset], setting, draw, years)


def proved(net: Network, edition: Edition, *, targets: int = 2, largest: int = 2) -> list[tuple[str, ...]]:
    """What the second outsider proves of some drawn targets beyond the guarantee, for a drawn coalition."""
    year = str(net.years[-1])
    rows = edition.rows.filter(TIME_PERIOD=year, MEASURE=net.contract.main_measure.sdmx_measure)
    view = net.draw.choice(breakdown_views(CATALOG, net.contract))
    reporting = sorted(set(rows["REF_AREA"]) - {REGION.ref_area})
    coalition = net.draw.sample(reporting, net.draw.randint(0, largest))
    assert edition.cells is not None
    cells = edition.cells.filter(reference_year=net.years[-1])
    measure = net.contract.main_measure.name
    told = rows.filter(pl.col(view.dimension.upper()) != "_T", REF_AREA=REGION.ref_area)
    if told.filter(pl.col("OBS_VALUE") != "").is_empty():
        return []
    outsider = Outsider(rows, cells, view.dimension.upper(), view.column, measure, coalition)
    found = []
    for target in outsider.targets(net.draw, most=targets):
        low, high = outsider.bounds(target)
        if high - low < 2 and (low >= 1 or not coalition):
            least, most = outsider.bounds(target, consent=True)
            if high - low < min(2, most - least):
                found.append((view.table, *coalition))
    return found


def lost(outcome: AuditOutcome) -> set[tuple[str, str]]:
    """The tables that an edition leaves out of a year, by table and period."""
    steps = ((step["outcome"], step["period"]) for step in outcome.report)
    return {(says.removeprefix(LEFT_OUT), period) for says, period in steps if says.startswith(LEFT_OUT)}


@seeded(1000)
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_no_release_is_published_with_a_cell_that_can_be_proved(
    setting: Setting, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[str] = Counter()
    for number in range(CASES["test_no_release_is_published_with_a_cell_that_can_be_proved"]):
        if number % len(SETTINGS) != SETTINGS.index(setting):
            continue
        net = network(setting, number)
        key = net.draw.randbytes(32)
        first, told, published = net.publish(net.years[-1], (), key)
        for _ in range(2):
            net.revise(net.draw.choice(net.years), net.draw.choice(PARTNERS))
        _, again, _ = net.publish(net.years[-1], (first,), key)
        assert told.passed, (number, told.report)
        assert again.passed, (number, again.report)
        assert not proved(net, first), number
        years = {row for row in lost(told) if row[1].isdigit()}
        tables = published.filter(pl.col("release_table").is_in(ROUNDED[net.contract.dataset]))
        counts["releases"] += 1
        counts["years"] += len(net.years)
        counts["years that lose a table"] += len({period for _, period in years})
        counts["protected tables"] += tables.select("release_table", "time_period").n_unique()
        counts["left out"] += len(lost(told))
    record_property("detail", "; ".join(f"{name} {count}" for name, count in counts.items()))
    assert counts["left out"] <= 0.15 * counts["protected tables"]


def test_the_second_outsider_proves_what_a_careless_editor_publishes() -> None:
    """The proof above can fail: the true tables by characteristic in place of the rounded ones are found."""
    found = 0
    for number in range(1, 11):
        net = network(SETTINGS[0], number)
        edition, _, _ = net.publish(net.years[-1], (), net.draw.randbytes(32))
        with as_paths(net.cells()) as paths:
            exact = exact_observations(
                read_cells(paths, catalog=CATALOG, contract=net.contract),
                net.returns(),
                catalog=CATALOG,
                contract=net.contract,
                region=REGION,
                year=net.years[-1],
            )
        true = to_sdmx(exact.filter(protection="rounded"), contract=net.contract)
        careful = edition.rows.filter(pl.col("REF_AREA") != REGION.ref_area)
        found += bool(proved(net, Edition(pl.concat([careful, true]), edition.cells), targets=20, largest=0))
    assert found > 2
