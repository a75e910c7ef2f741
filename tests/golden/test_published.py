"""The published figures come out of the chain as printed, from the returns to the observations."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from examples.demonstration import generate
from examples.published import make_returns
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from pipelines.register import Store
from pipelines.statistics import exact_observations, read_cells

EXAMPLES = Path(__file__).parents[2] / "examples"
CATALOG = load_catalog()


def observations(region_name: str, year: int, dataset: str, store: Path) -> pl.DataFrame:
    region = CATALOG.region(region_name)
    paths = accepted_cells(Store(store), dataset, year=year)
    return exact_observations(
        read_cells(paths, catalog=CATALOG, contract=CATALOG.contracts[dataset]),
        accepted_returns(Store(store), year=year),
        catalog=CATALOG,
        contract=CATALOG.contracts[dataset],
        region=region,
        year=year,
    )


def taken_in(region: str, folder: Path, store: Path) -> pl.DataFrame:
    entries, others = inbox_entries(folder)
    assert others == []
    received = receive_all(entries, store=store, catalog=CATALOG, region=region)
    return judge_all(received, store=store, catalog=CATALOG, region=region)


@pytest.fixture(scope="module")
def eu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("eu")
    verdicts = taken_in("eu", EXAMPLES / "published" / "eu" / "returns", store)
    assert verdicts["verdict"].unique().to_list() == ["accepted"]
    assert verdicts.height == 28
    return store


def printed(measure: str) -> dict[tuple[str, str], int]:
    path = EXAMPLES / "published" / "sources" / "eu_reference_year_2016.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {
            (row["country_iso3"], row["type_of_terrorism"]): int(row["value"])
            for row in csv.DictReader(handle)
            if row["measure"] == measure and row["certainty"] != "uncertain"
        }


def values(
    frame: pl.DataFrame, table: str, column: str | None, measure: str
) -> dict[tuple[str, str], float | None]:
    dimensions = [name for name in frame.columns if name in _dimensions(frame)]
    totals = [pl.col(name) == "_T" for name in dimensions if name != column]
    rows = frame.filter(totals, release_table=table, measure=measure, time_period="2016")
    return {
        (row["ref_area"], row[column] if column else "_T"): row["obs_value"]
        for row in rows.iter_rows(named=True)
    }


def _dimensions(frame: pl.DataFrame) -> set[str]:
    return {name for contract in CATALOG.contracts.values() for name in contract.dimension_names} & set(
        frame.columns
    )


def test_the_142_attacks_of_2016_by_member_state(eu: Path) -> None:
    found = values(observations("eu", 2016, "incidents", eu), "attacks_by_type_and_status", None, "ATTACKS")
    expected = {area: n for (area, kind), n in printed("attacks_total").items() if kind == "total"}
    assert expected["EU"] == 142
    assert {area: found[(area, "_T")] for area in expected} == expected
    assert sum(value or 0 for (area, _), value in found.items() if area != "EU") == 142


def test_the_587_verdicts_by_state_and_type(eu: Path) -> None:
    found = values(
        observations("eu", 2016, "convictions", eu), "verdicts_by_type", "type_of_terrorism", "VERDICTS"
    )
    wanted = printed("verdicts_total")
    assert found[("EU", "_T")] == wanted[("EU", "total")] == 587
    for (area, kind), value in wanted.items():
        if kind == "other_not_specified" and area == "EU":
            assert (found[("EU", "other")] or 0) + (found[("EU", "not_specified")] or 0) == value
        elif kind == "other_not_specified":
            assert found[(area, "not_specified" if area == "GBR" else "other")] == value
        else:
            assert found[(area, "_T" if kind == "total" else kind)] == value, (area, kind)
    others = {code for (area, code) in found if area == "GBR"} - {"not_specified", "_T"}
    assert len(others) == 5
    assert all(found[("GBR", code)] is None for code in others)


def test_the_533_convictions_and_54_acquittals_by_state(eu: Path) -> None:
    found = values(observations("eu", 2016, "convictions", eu), "verdicts_by_outcome", "verdict", "VERDICTS")
    for measure, code, total in (
        ("verdict_convictions", "convicted", 533),
        ("verdict_acquittals", "acquitted", 54),
    ):
        for (area, _), value in printed(measure).items():
            assert found[(area, code)] == value, (area, code)
        assert found[("EU", code)] == total
    assert found[("GBR", "acquitted")] is None


def test_the_108_incidents_of_the_foreign_series_by_partner_and_year(tmp_path: Path) -> None:
    taken_in("western_balkans_gtd", EXAMPLES / "published" / "western_balkans_gtd" / "returns", tmp_path)
    frame = observations("western_balkans_gtd", 2017, "incidents", tmp_path)
    totals = [pl.col(name) == "_T" for name in CATALOG.contracts["incidents"].dimension_names]
    rows = frame.filter(totals, release_table="attacks_by_type_and_status", measure="ATTACKS")
    found = {(r["ref_area"], int(r["time_period"])): r["obs_value"] for r in rows.iter_rows(named=True)}
    expected: dict[tuple[str, int], int] = {}
    with (EXAMPLES / "published" / "sources" / "wb6_incidents_2008_2017.csv").open(
        encoding="utf-8"
    ) as handle:
        for row in csv.DictReader(handle):
            key = (row["partner"], int(row["reference_year"]))
            expected[key] = expected.get(key, 0) + int(row["incidents"])
    partners = {key: value for key, value in found.items() if key[0] != "WB6_GTD" and value is not None}
    assert partners == expected
    assert sum(value or 0 for key, value in found.items() if key[0] == "WB6_GTD") == 108
    absent = rows.filter(pl.col("obs_value").is_null())
    assert set(absent["obs_note"]) == {"not_available"}


@pytest.mark.parametrize("made", ["demonstration", "published"])
def test_the_committed_returns_are_what_the_generators_make(made: str, tmp_path: Path) -> None:
    (generate if made == "demonstration" else make_returns).main(tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) > 30
    for path in files:
        committed = EXAMPLES / made / path.relative_to(tmp_path)
        assert committed.read_bytes() == path.read_bytes(), committed
