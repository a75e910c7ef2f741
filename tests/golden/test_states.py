"""A zero, five kinds of no value and all marks, in every form of the release; and a tool of others reads our SDMX."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pysdmx.io import read_sdmx

from data_contracts.catalog import load_catalog
from pipelines.shown import shown
from pipelines.tables_sheet import NUMBERS
from tests.editions import Built

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
Row = dict[str, str]


def noted(note: str) -> Callable[[Row], bool]:
    return lambda row: note in row["OBS_NOTE"].split(";")


def state(code: str) -> Callable[[Row], bool]:
    return lambda row: row["OBS_STATUS"] == code


STATES: dict[str, tuple[Callable[[Row], bool], str]] = {
    "true zero": (
        lambda row: (row["OBS_VALUE"], row["OBS_METHOD"], row["OBS_NOTE"]) == ("0", "", ""),
        r"^0$",
    ),
    "not available": (lambda row: row["OBS_NOTE"] == "not_available", r"^\[x\]$"),
    "not applicable": (state("M"), r"^\[z\]$"),
    "no return": (state("L"), r"^\[n\]$"),
    "suppressed": (state("Q"), r"^\[c\]$"),
    "break": (state("B"), r"^\S+ \w*b\w*$"),
    "low reliability": (state("U"), r"^\S+ \w*u\w*$"),
    "provisional": (state("P"), r"^\S+ \w*p\w*$"),
    "revised": (noted("revised"), r"^\S+ \w*r\w*$"),
    "partial": (noted("partial"), r"^\S+ \w*i\w*$"),
    "at least": (noted("at_least"), "^≥"),
    "rounded": (lambda row: row["OBS_METHOD"] == "R5", "^≥?~"),
}


def text_of(row: Row) -> str:
    """The figure as it must be printed."""
    value = float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None
    return shown(value, status=row["OBS_STATUS"], method=row["OBS_METHOD"], note=row["OBS_NOTE"])


def printed(built: Built) -> Iterator[tuple[Row, str, list[str]]]:
    """Figures that the annex prints: the row, the table, and the whole line of the table that it stands in.

    Of every dataset the totals by partner and year, and the codes of two dimensions in the edition's year.
    """
    names = {partner.code: partner.names["en"] for partner in REGION.partners} | {"WB6": "Western Balkans"}
    tables = built.tables()
    for dataset, contract in CATALOG.contracts.items():
        dimensions = [name.upper() for name in contract.dimension_names]
        for row in built.rows(dataset):
            codes = {name: row[name] for name in dimensions if row[name] != "_T"}
            main = row["MEASURE"] == contract.main_measure.sdmx_measure
            if main and not codes and row["TIME_PERIOD"].isdigit():
                card = f"tbl-{dataset}-by-year"
                header, *lines = tables[card]
                line = next(line for line in lines if line[0] == names[row["REF_AREA"]])
                yield row, line[header.index(row["TIME_PERIOD"])], line
            if main and set(codes) == {"ACTOR"} and (row["REF_AREA"], row["TIME_PERIOD"]) == ("WB6", "2025"):
                _, *lines = tables["tbl-attacks-by-type-and-actor-attacks"]
                label = CATALOG.label("actor", codes["ACTOR"])
                line = next(line for line in lines if line[0] == label)
                yield row, line[-1], line


@pytest.mark.parametrize("name", STATES)
def test_each_state_is_the_same_figure_in_html_pdf_and_docx(demonstration: Built, name: str) -> None:
    holds, looks = STATES[name]
    found = [(text, line, row) for row, text, line in printed(demonstration) if holds(row)]
    assert found, f"no printed figure is {name}"
    for text, line, row in found:
        assert text == text_of(row), (name, line)
        assert re.search(looks, text), (name, text)
    whole = {tuple(line) for _, line, _ in found}
    assert whole <= rows_of_docx(demonstration)
    pdf = re.sub(r"\s+", "", demonstration.pdf_text())
    for cells in whole:
        assert re.sub(r"\s+", "", "".join(cells)) in pdf, (name, cells)


@cache
def rows_of_docx(built: Built) -> set[tuple[str, ...]]:
    document = docx.Document(str(built.folder / "report.docx"))
    return {tuple(cell.text.strip() for cell in row.cells) for table in document.tables for row in table.rows}


@pytest.mark.parametrize("name", STATES)
def test_each_state_is_in_the_data(demonstration: Built, name: str) -> None:
    holds, _ = STATES[name]
    assert any(holds(row) for dataset in CATALOG.contracts for row in demonstration.rows(dataset))


@pytest.mark.parametrize("dataset", CATALOG.contracts)
def test_json_holds_every_figure_of_the_csv_and_nothing_else(demonstration: Built, dataset: str) -> None:
    message = json.loads((demonstration.folder / "data" / f"{dataset}.json").read_text(encoding="utf-8"))
    expected = [
        {name: value for name, value in row.items() if name not in ("STRUCTURE", "STRUCTURE_ID", "ACTION")}
        for row in demonstration.rows(dataset)
    ]
    assert _in_order(_observations(message)) == _in_order(expected)


def _in_order(rows: Iterable[Row]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def _observations(message: dict[str, Any]) -> Iterator[Row]:
    """The observations of an SDMX-JSON data message, read as its field guide says."""
    (structure,), (data,) = message["data"]["structures"], message["data"]["dataSets"]
    dimensions = structure["dimensions"]["observation"]
    attributes = structure["attributes"]["observation"]
    for key, (value, *indexes) in data["observations"].items():
        positions = [int(part) for part in key.split(":")]
        row = {one["id"]: _code(one["values"][at]) for one, at in zip(dimensions, positions, strict=True)}
        row["OBS_VALUE"] = "" if value is None else f"{value:g}"
        row |= {
            one["id"]: "" if at is None else _code(one["values"][at])
            for one, at in zip(attributes, indexes, strict=True)
        }
        yield row


def _code(value: dict[str, str]) -> str:
    return value.get("id") or value["value"]


@pytest.mark.parametrize(
    "name", [*CATALOG.contracts, "revisions", "revision_triangle", "quality", "reporting"]
)
def test_the_workbook_holds_every_row_of_the_csv_as_text_and_numbers(demonstration: Built, name: str) -> None:
    book = openpyxl.load_workbook(demonstration.folder / "data" / "tables.xlsx", read_only=True)
    expected = list(demonstration.rows(name))
    own = list(expected[0])
    lines = [[_cell(value) for value in row] for row in book[name].iter_rows(values_only=True)]
    above = next(number for number, line in enumerate(lines) if line[: len(own)] == own)
    header, *rows = lines[above:]
    header = [column for column in header if column != "STATE"]
    rows = [row[: len(header)] for row in rows]
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {column: _number(value) if column in NUMBERS else value for column, value in row.items()}
        | ({"SHOWN": text_of(row)} if "OBS_VALUE" in own else {})
        for row in expected
    ]


def _number(text: str) -> str:
    return f"{float(text):g}" if text else ""


def _cell(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)


def _read(path: Path) -> list[Any]:
    return list(read_sdmx(path).data or ())


@pytest.mark.parametrize("dataset", CATALOG.contracts)
def test_pysdmx_reads_our_sdmx_csv(demonstration: Built, dataset: str) -> None:
    path = demonstration.folder / "data" / f"{dataset}.csv"
    (read,) = _read(path)
    assert read.short_urn == f"Dataflow=TESAT:DF_{dataset.upper()}({CATALOG.contracts[dataset].version}.0)"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    theirs = read.data.fillna("").astype(str).to_dict("records")
    assert [row["OBS_STATUS"] for row in theirs] == [row["OBS_STATUS"] for row in rows]
    assert [row["REF_AREA"] for row in theirs] == [row["REF_AREA"] for row in rows]
    values = [float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None for row in rows]
    assert [float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None for row in theirs] == values
