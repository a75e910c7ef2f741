"""Where each published figure comes from: returns, contract, steps, states and protection, as one record.

Belongs here: `data/provenance.json`. A record is made from what the edition publishes alone, so that it reveals nothing
more: the figures, the state of reporting, the returns that count. The beginning of a figure's key leads to its record:
`arrests:ALB.2025` for all figures of a dataset, an area and a period; the name of the table for one of the annex.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from data_contracts.interface import structure_id
from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract, Region, ReleaseTable
from pipelines.checksums import sha256_of
from pipelines.figure_keys import key_of
from pipelines.pooled import pooled_period
from pipelines.provenance_steps import known_steps
from pipelines.reporting_states import MISSING

COVER, AVERAGES = "cover", "averages"
AS_REPORTED, SUMMED, ROUNDED, WITHHELD = "as_reported", "sum_of_published", "rounded", "withheld"
LEFT_OUT, NO_FIGURE, MEAN = "left_out", "no_figure", "mean"
Row = Mapping[str, Any]


def provenance(
    figures: Mapping[str, pl.DataFrame],
    annex: Mapping[str, pl.DataFrame],
    *,
    catalog: Catalog,
    region: Region,
    edition: Mapping[str, Any],
) -> dict[str, Any]:
    """The record of every figure of an edition.

    `figures` are the observations as they are published, by dataset, `annex` the annex tables, `edition` its
    description. The schema is `data_contracts/provenance.schema.json`.

    Raises:
        KeyError: `steps.yaml` does not say how an annex table is made.
    """
    steps = known_steps()
    reported = _reported(annex["reporting"])
    counted = _counted(annex["counted_returns"])
    contracts = {name: catalog.contracts[name] for name in figures}
    records: dict[str, Any] = {}
    for dataset, frame in figures.items():
        behind = _Behind(dataset, region, counted, reported)
        records |= _records(frame, contracts[dataset], catalog, behind)
    return {
        "edition": {name: edition[name] for name in ("region", "year", "date", "demonstration")},
        "datasets": {name: _dataset(contract, catalog) for name, contract in contracts.items()},
        "returns": {name: dict(row) for name, row in counted.items()},
        "steps": {row["step"]: dict(row) for row in annex["processing_steps"].iter_rows(named=True)},
        "records": records,
        "annex": {
            name: {"steps": list(steps.annex[name].steps), "from": list(steps.annex[name].made_from)}
            for name in annex
        },
    }


class _Behind:
    """The returns behind the figures of one dataset."""

    def __init__(
        self, dataset: str, region: Region, counted: Mapping[str, Row], reported: frozenset[tuple[str, ...]]
    ) -> None:
        self.dataset, self.region, self.counted, self.reported = dataset, region, counted, reported
        self.pooled = {pooled_period(first, last): (first, last) for first, last in region.pooled_periods}

    def of(self, area: str, period: str) -> list[str]:
        """The names of the returns of an area and a period; of the region those of all its partners."""
        first, last = self.pooled.get(period) or (int(period), int(period))
        found = []
        for year in range(first, last + 1):
            members = [partner.code for partner in self.region.partners_in(year)]
            wanted = members if area == self.region.ref_area else [area]
            found += [f"{code}-{year}" for code in wanted if self._is_behind(code, year)]
        return found

    def _is_behind(self, partner: str, year: int) -> bool:
        shown = any(of_year == str(year) for _, of_year, _ in self.reported)
        given = (partner, str(year), self.dataset) in self.reported
        return f"{partner}-{year}" in self.counted and (given or not shown)


def _reported(reporting: pl.DataFrame) -> frozenset[tuple[str, ...]]:
    """Partner, year and dataset of what a return says anything of."""
    rows = reporting.filter(pl.col("state") != MISSING)
    return frozenset(
        (partner, str(year), dataset)
        for partner, year, dataset in rows.select("partner", "reference_year", "dataset").iter_rows()
    )


def _counted(returns: pl.DataFrame) -> dict[str, Row]:
    return {f"{row['partner']}-{row['reference_year']}": row for row in returns.iter_rows(named=True)}


def _dataset(contract: Contract, catalog: Catalog) -> dict[str, Any]:
    """The contract and its release tables: what each breaks down, how it is protected, which steps make it."""
    steps = known_steps()
    path = catalog.root / "contracts" / contract.dataset / f"v{contract.version}.yaml"
    tables = {
        table.name: {
            "areas": table.areas,
            "dimensions": [name.upper() for name in table.dimensions],
            "measures": _measures(contract, table),
            "protection": table.protection,
            "steps": steps.of_table(contract, table),
        }
        for table in contract.release_tables
    }
    apart: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        COVER: (list(contract.cover_measures.values()), steps.of_cover(contract)),
        AVERAGES: ([average.sdmx_measure for average in contract.averages], steps.tables.averages),
    }
    for name, (measures, made) in apart.items():
        if measures:
            tables[name] = {
                "areas": "partner" if name == COVER else "region",
                "dimensions": [],
                "measures": list(measures),
                "protection": "consent",
                "steps": list(made),
            }
    return {
        "contract": contract.version,
        "contract_sha256": sha256_of(path),
        "structure": structure_id(contract),
        "tables": tables,
    }


def _measures(contract: Contract, table: ReleaseTable) -> list[str]:
    return [str(contract.column(name).sdmx_measure) for name in table.measures]


def _records(
    frame: pl.DataFrame, contract: Contract, catalog: Catalog, behind: _Behind
) -> dict[str, dict[str, Any]]:
    """The records of a dataset, by the beginning of the keys of their figures."""
    found = TableOf(contract, catalog)
    groups: dict[str, dict[str, list[Row]]] = {}
    places: dict[str, tuple[str, str]] = {}
    for row in frame.iter_rows(named=True):
        name = key_of(contract.dataset, [row["REF_AREA"], row["TIME_PERIOD"]])
        places[name] = (row["REF_AREA"], row["TIME_PERIOD"])
        groups.setdefault(name, {}).setdefault(found.of(row), []).append(row)
    whole = behind.region.ref_area
    return {
        name: {
            "returns": behind.of(*places[name]),
            "tables": {
                table: _protected(rows, contract, table, regional=places[name][0] == whole)
                for table, rows in sorted(of_name.items())
            },
        }
        for name, of_name in sorted(groups.items())
    }


class TableOf:
    """Which release table a published row belongs to, from its codes and its measure alone."""

    def __init__(self, contract: Contract, catalog: Catalog) -> None:
        self.contract = contract
        self.averages = {average.sdmx_measure for average in contract.averages}
        self.covers = set(contract.cover_measures.values())
        self.codes = {
            (table.name, name): {
                NOT_SPECIFIED,
                *catalog.code_lists[table.grouping.get(name, str(contract.column(name).code_list))].values,
            }
            for table in contract.release_tables
            for name in table.dimensions
        }

    def of(self, row: Row) -> str:
        """The name of the table: the first of the contract that holds the row."""
        measure = row["MEASURE"]
        if measure in self.averages | self.covers:
            return AVERAGES if measure in self.averages else COVER
        broken = {name for name in self.contract.dimension_names if row[name.upper()] != TOTAL}
        return next(table.name for table in self.contract.release_tables if self._holds(table, row, broken))

    def _holds(self, table: ReleaseTable, row: Row, broken: Iterable[str]) -> bool:
        return row["MEASURE"] in _measures(self.contract, table) and all(
            name in table.dimensions and row[name.upper()] in self.codes[table.name, name] for name in broken
        )


def _protected(rows: Sequence[Row], contract: Contract, table: str, *, regional: bool) -> dict[str, Any]:
    """What is published of a table of a record: its figures by state, their methods and notes, and the decision."""
    notes = Counter(note for row in rows for note in (row["OBS_NOTE"] or "").split(";") if note)
    rules = {one.name: one.protection for one in contract.release_tables}
    return {
        "figures": len(rows),
        "states": dict(sorted(Counter(row["OBS_STATUS"] for row in rows).items())),
        "methods": sorted({row["OBS_METHOD"] for row in rows if row["OBS_METHOD"]}),
        "notes": dict(sorted(notes.items())),
        "decision": _decision(rows, regional=regional, rule=rules.get(table, "consent")),
    }


def _decision(rows: Sequence[Row], *, regional: bool, rule: str) -> str:
    """How a table was released, as its published figures show it."""
    valued = [row for row in rows if row["OBS_VALUE"]]
    if not valued:
        withheld = any(row["OBS_STATUS"] == "Q" for row in rows)
        return (LEFT_OUT if regional and rule == "rounded" else WITHHELD) if withheld else NO_FIGURE
    methods = {row["OBS_METHOD"] for row in valued}
    if "half_year_mean" in methods:
        return MEAN
    if any(method for method in methods):
        return ROUNDED
    return SUMMED if regional else AS_REPORTED
