"""Checks data/provenance.json against the CSV files: every figure has a record, and each record says what is there.

Belongs here: reading the records back. Shares no code with what writes them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.figure_keys import key_of
from pipelines.release_findings import Notes
from pipelines.release_values import Release

OTHER = "differs from the CSV file"
TABLES = {"returns": "counted_returns", "steps": "processing_steps"}


def check_provenance(release: Release, path: Path, notes: Notes) -> None:
    """Every figure stands in the record of its key, and the records hold no others."""
    known: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    _repeated(release, known, notes)
    states, notes_of = _published(release)
    notes.same("records", sorted(known["records"]), sorted(states), "are of other figures than the CSV files")
    for name in sorted(states.keys() & known["records"].keys()):
        record, place = known["records"][name], f"record of {name.partition(':')[0]}"
        tables = record["tables"].values()
        counted = sum(table["figures"] for table in tables)
        unknown = set(record["returns"]) - known["returns"].keys()
        notes.same(f"{place}, states", _added(tables, "states"), states[name], OTHER)
        notes.same(f"{place}, notes", _added(tables, "notes"), notes_of[name], OTHER)
        notes.same(f"{place}, figures", counted, states[name].total(), OTHER)
        notes.same(f"{place}, returns", unknown, set(), "names an unknown return")


def _published(release: Release) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """By the beginning of the key, how many figures have which state and which note."""
    states: dict[str, Counter[str]] = {}
    noted: dict[str, Counter[str]] = {}
    for dataset in release.region.datasets:
        for row in release.tables[dataset]:
            name = key_of(dataset, [row["REF_AREA"], row["TIME_PERIOD"]])
            states.setdefault(name, Counter())[row["OBS_STATUS"]] += 1
            noted.setdefault(name, Counter()).update(note for note in row["OBS_NOTE"].split(";") if note)
    return states, noted


def _added(tables: Any, column: str) -> Counter[str]:
    whole: Counter[str] = Counter()
    for table in tables:
        whole.update(table[column])
    return whole


def _repeated(release: Release, known: Mapping[str, Any], notes: Notes) -> None:
    """Edition, contracts, returns and steps are those of the other files."""
    about = release.about
    for name, said in known["edition"].items():
        notes.same(f"edition, {name}", said, about.get(name), "differs from edition.json")
    versions = {name: release.catalog.contracts[name].version for name in release.region.datasets}
    said = {name: dataset["contract"] for name, dataset in known["datasets"].items()}
    notes.same("datasets", said, versions, "are of other versions than the contracts")
    for part, table in TABLES.items():
        rows = ({name: str(text) for name, text in row.items()} for row in known[part].values())
        notes.same(part, _in_order(rows), _in_order(release.tables[table]), f"differ from data/{table}.csv")
    _submissions(release, notes)


def _in_order(rows: Iterable[Mapping[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def _submissions(release: Release, notes: Notes) -> None:
    """The returns that count are those of the table of reporting, for the years that it shows."""
    names = ("partner", "reference_year", "submission")
    reported = {tuple(row[name] for name in names) for row in release.tables["reporting"]}
    years = {str(year) for year in release.about["years"]}
    for row in release.tables["counted_returns"]:
        known = row["reference_year"] not in years or tuple(row[name] for name in names) in reported
        notes.same(f"returns, {row['partner']}", known, True, "is no submission of data/reporting.csv")
