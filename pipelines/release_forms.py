"""Compares the other forms of a release's data with its CSV files: SDMX-JSON, its structures, and the workbook.

Belongs here: reading both forms back into rows. What the CSV files themselves may hold is in `release_files.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pipelines.release_findings import Notes
from pipelines.release_values import Release, Value
from pipelines.release_words import masked, quoted

OTHER = "differs from the CSV file"
# A true zero stands among the marks that the sheet explains.
SHOWN, STATE, ZERO_MARK = "SHOWN", "STATE", "0"
_LINKED = frozenset({"urn", "schema", "id", "prepared", "value"})
# What names an artefact with its version in a structure message.
_NAMING = _LINKED | {"version", "conceptIdentity", "enumeration", "structure"}


def check_message(release: Release, dataset: str, path: Path, notes: Notes) -> None:
    """An SDMX-JSON message holds the rows of the dataset's CSV, and no other numbers."""
    message = json.loads(path.read_text(encoding="utf-8"))
    names = [
        "FREQ",
        *release.keys[dataset],
        "OBS_STATUS",
        "CONF_STATUS",
        "OBS_METHOD",
        "OBS_NOTE",
        "PARTNERS_REPORTING",
    ]
    expected = {
        tuple(row[name] for name in names): _number(row["OBS_VALUE"]) for row in release.tables[dataset]
    }
    seen = {tuple(row[name] for name in names): _number(row["OBS_VALUE"]) for row in _observations(message)}
    for key in sorted({*seen, *expected}):
        if seen.get(key) != expected.get(key) or (key in seen) != (key in expected):
            notes.finding(masked(" ".join(part for part in key if part)), OTHER)
    for column, values in _listed(message):
        known = {row[column] for row in release.tables[dataset]}
        notes.same(f"structure, {column}", values <= known, True, OTHER)
    for name, text in _texts(message["data"]["structures"]):
        if name not in _LINKED:
            notes.text(f"structure, {name}", text)


def _listed(message: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """The values that a message lists for each column."""
    structure = message["data"]["structures"][0]
    for part in ("dimensions", "attributes"):
        for column in structure[part]["observation"]:
            yield column["id"], {_code(value) for value in column["values"]}


def _observations(message: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    structure = message["data"]["structures"][0]
    dimensions = structure["dimensions"]["observation"]
    attributes = structure["attributes"]["observation"]
    for one in message["data"]["dataSets"]:
        for key, (value, *positions) in one["observations"].items():
            row = {
                dimension["id"]: _code(dimension["values"][int(position)])
                for dimension, position in zip(dimensions, key.split(":"), strict=True)
            }
            row |= {
                attribute["id"]: "" if position is None else _code(attribute["values"][position])
                for attribute, position in zip(attributes, positions, strict=True)
            }
            yield row | {"OBS_VALUE": "" if value is None else str(value)}


def _code(value: Mapping[str, str]) -> str:
    """A code, or a value that is none."""
    return value["id"] if "id" in value else value["value"]


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, str):
        yield name, value


def check_structure(release: Release, path: Path, notes: Notes) -> None:
    """The structure message describes the columns of the datasets, and every number in its texts stands in a source."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    lists = {_identifier(one): {code["id"] for code in one["codes"]} for one in data["codelists"]}
    for structure, dataset in zip(data["dataStructures"], release.region.datasets, strict=True):
        components = structure["dataStructureComponents"]
        columns = [*components["dimensionList"]["dimensions"], *components["attributeList"]["attributes"]]
        for column in columns:
            codes = lists.get(column["localRepresentation"].get("enumeration", "").partition("=")[2])
            used = {row[column["id"]] for row in release.tables[dataset]}
            known = codes is None or used <= codes
            notes.same(f"{dataset}, {column['id']}", known, True, "lacks a code of the CSV file")
    for name, text in _texts(data):
        if name not in _NAMING:
            notes.text(f"structures, {name}", text)


def _identifier(artefact: Mapping[str, Any]) -> str:
    return f"{artefact['agencyID']}:{artefact['id']}({artefact['version']})"


def check_workbook(release: Release, path: Path, notes: Notes) -> None:
    """Every sheet of the workbook holds the rows of its CSV file, and figures in print as the report has them."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    words = release.interface.workbook
    beside = {words.cover, words.contents, words.notes}
    codes = {ZERO_MARK} | {value for one in release.catalog.code_lists.values() for value in one.values}
    for sheet in book.worksheets:
        rows = [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        if sheet.title in release.tables:
            header = list(_header(release, sheet.title))
            above = next((n for n, row in enumerate(rows) if row[: len(header)] == header), 0)
            _check_sheet(release, sheet.title, rows[above:], notes)
            rows = rows[:above]
        elif sheet.title not in beside:
            notes.finding(f"sheet {sheet.title}", "is of no table of the release")
        for row in rows:
            for cell in (cell for cell in row if cell not in codes):
                notes.text(f"sheet {sheet.title}, {quoted(cell)}", cell)
    for name in sorted(release.tables.keys() - {sheet.title for sheet in book.worksheets}):
        notes.finding(f"sheet {name}", "is missing")
    book.close()


def _header(release: Release, table: str) -> Iterator[str]:
    """The columns of a table in the CSV file, as the interface has them."""
    if table in release.region.datasets:
        yield from release.interface.columns_of(release.catalog.contracts[table])
    else:
        described = {one.name: one for one in release.interface.annex}
        yield from (column.name for column in described[table].columns)


def _check_sheet(release: Release, table: str, rows: list[list[str]], notes: Notes) -> None:
    header = rows[0] if rows else []
    for number, (cells, row) in enumerate(zip_longest(rows[1:], release.tables[table]), start=1):
        place = f"sheet {table}, row {number}"
        if cells is None or row is None:
            notes.finding(place, OTHER)
            continue
        found = dict(zip(header, cells, strict=False))
        printed, state = found.pop(SHOWN, None), found.pop(STATE, None)
        same = {name: _form(text) for name, text in found.items() if name} == {
            name: _form(text) for name, text in row.items()
        }
        notes.same(place, same, True, OTHER)
        if printed is not None:
            notes.same(
                place, release.prints(printed, Value(row["OBS_VALUE"], row, observed=True)), True, OTHER
            )
            described = {one.code: one for one in release.interface.observation_column("OBS_STATUS").values}
            said = bool(state) and described[row["OBS_STATUS"]].description.startswith(str(state))
            notes.same(f"{place}, {STATE}", said, True, OTHER)


def _form(text: str) -> str:
    """A cell in one form: a spreadsheet writes 8 for 8.0."""
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.lower() if text in {"True", "False"} else text


def _number(text: str) -> float | None:
    return float(text) if text else None
