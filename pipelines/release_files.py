"""Checks the observations of a release in themselves: nothing but what the contracts let out, and one value each.

Belongs here: edition.json and the CSV files of observations, row by row. The annex is checked in `release_annex.py`,
other forms of the same data in `release_forms.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from data_contracts.interface import measures_of
from data_contracts.model import NOT_SPECIFIED, TOTAL, Contract
from pipelines.edition_data import edition_description
from pipelines.release_findings import Notes
from pipelines.release_values import Release, Row

STEP = 5
VALUED, WITHHELD = frozenset("ABUP"), "Q"
METHODS = re.compile(r"|R5W?(x\d+)?|half_year_mean")
ROUNDED = re.compile(r"R5W?")
BEHIND = re.compile(r"|\d+ of \d+")


def check_edition(release: Release, notes: Notes) -> None:
    """edition.json says what follows from the region and the year."""
    about, region = release.about, release.region
    expected = edition_description(
        region,
        int(about["year"]),
        language=str(about.get("asked_language", about["language"])),
        demonstration=bool(about["demonstration"]),
    )
    for name in sorted({*about, *expected}):
        notes.same(name, about.get(name), expected.get(name), "does not follow from the region and the year")


def check_observations(release: Release, dataset: str, notes: Notes) -> None:
    """Every row is of a release table, has known codes, and a value exactly where its state says so."""
    contract = release.catalog.contracts[dataset]
    rows = release.tables[dataset]
    names = release.interface.columns_of(contract)
    if not rows:
        notes.finding("the file", "is missing or empty")
        return
    notes.same("header", list(rows[0]), names, "has other columns than the interface")
    codes = _codes(release, contract)
    for line, row in enumerate(rows, start=2):
        place = f"line {line}"
        for name, known in codes.items():
            notes.same(f"{place}, {name}", row.get(name) in known, True, "holds an unknown code")
        for problem in (*state_problems(row), *table_problems(contract, row, release.region.ref_area)):
            notes.finding(place, problem)
    check_once(release, dataset, notes)


def check_once(release: Release, table: str, notes: Notes) -> None:
    """No two rows say the same figure."""
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(release.tables[table], start=2):
        key = tuple(row.get(part, "") for part in release.keys[table])
        if key in seen:
            notes.finding(f"line {line}", "says a figure a second time")
        seen.add(key)


def _codes(release: Release, contract: Contract) -> dict[str, frozenset[str]]:
    """The codes that each column of observations may hold."""
    region, catalog = release.region, release.catalog
    years = [int(year) for year in release.about["years"]]
    pooled = {f"{first}-01-01/P{last - first + 1}Y" for first, last in region.pooled_periods}
    known = {
        "REF_AREA": {region.ref_area, *(partner.code for partner in region.partners)},
        "TIME_PERIOD": {*map(str, years), *pooled},
        "MEASURE": set(measures_of(contract)),
        "STRUCTURE": {"dataflow"},
        "STRUCTURE_ID": {f"TESAT:DF_{contract.dataset.upper()}({contract.version}.0)"},
    }
    for name in ("ACTION", "FREQ", "OBS_STATUS", "CONF_STATUS"):
        known[name] = set(release.interface.observation_column(name).codes)
    for column in contract.dimensions:
        own = catalog.code_lists[str(column.code_list)]
        groups = {group for name in own.codes[0].groups for group in own.group_values(name)}
        known[column.name.upper()] = {TOTAL, *own.values, *groups} | (
            {NOT_SPECIFIED} if column.not_specified else set()
        )
    return {name: frozenset(codes) for name, codes in known.items()}


def state_problems(row: Row) -> Iterator[str]:
    """What is wrong where value, state and method of a figure do not go together."""
    value, method = row["OBS_VALUE"], row["OBS_METHOD"]
    if bool(value) != (row["OBS_STATUS"] in VALUED):
        yield "has a value where its state says there is none, or none where there must be one"
    if (row["OBS_STATUS"] == WITHHELD) != (row["CONF_STATUS"] == "C"):
        yield "is withheld by one of its states only"
    if not METHODS.fullmatch(method) or not BEHIND.fullmatch(row["PARTNERS_REPORTING"]):
        yield "has a method or a number of partners of unknown form"
    if value and (
        not re.fullmatch(r"\d+(\.\d+)?", value) or (ROUNDED.fullmatch(method) and float(value) % STEP)
    ):
        yield "is no figure of the form that its method says"


def table_problems(contract: Contract, row: Row, region: str) -> Iterator[str]:
    """What is wrong where no release table holds the row: by its area, its broken-down dimensions, its measure."""
    broken = {name for name in contract.dimension_names if row[name.upper()] != TOTAL}
    if not broken or row["MEASURE"] in {average.sdmx_measure for average in contract.averages}:
        return
    for table in contract.release_tables:
        measures = {contract.column(name).sdmx_measure for name in table.measures}
        of_area = row["REF_AREA"] == region or table.areas == "partner"
        if broken <= set(table.dimensions) and row["MEASURE"] in measures and of_area:
            return
    yield "belongs to no release table of the contract"


def unknown_files(release: Release, notes: Notes) -> None:
    """The data folder holds the files of the interface and no others."""
    datasets = release.region.datasets
    allowed = {f"{name}.csv" for name in release.keys} | {f"{name}.json" for name in datasets}
    for path in sorted(Path(release.folder / "data").iterdir()):
        if path.name not in allowed | {"edition.json", "tables.xlsx", "provenance.json", "structure.json"}:
            notes.finding(f"file {path.name}", "is none of the files that a release has")
