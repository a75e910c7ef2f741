"""The data annex of the demonstration for machines and for who cannot see it: structures, workbook, description."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from pysdmx.io.json.sdmxjson2.messages.structure import JsonStructureMessage
from pysdmx.model.__base import MaintainableArtefact

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from pipelines.checksums import sha256_of
from tests.editions import Built

CATALOG = load_catalog()
DATASETS = CATALOG.region("western_balkans").datasets
WORDS = load_interface(CATALOG.root).workbook


@pytest.fixture(scope="module")
def structures(demonstration: Built) -> dict[str, Any]:
    content = (demonstration.folder / "data" / "structure.json").read_bytes()
    message = msgspec.json.Decoder(JsonStructureMessage).decode(content).to_model()
    found: list[MaintainableArtefact] = list(message.structures or ())
    return {one.id: one for one in found}


@pytest.mark.parametrize("dataset", DATASETS)
def test_pysdmx_reads_the_structure_and_every_row_follows_it(
    demonstration: Built, structures: dict[str, Any], dataset: str
) -> None:
    definition, flow = structures[f"DSD_{dataset.upper()}"], structures[f"DF_{dataset.upper()}"]
    assert (flow.structure.id, flow.structure.version) == (definition.id, definition.version)
    rows = list(demonstration.rows(dataset))
    assert rows[0]["STRUCTURE_ID"] == f"TESAT:{flow.id}({flow.version})"
    components = {one.id: one for one in definition.components}
    assert set(rows[0]) - {"STRUCTURE", "STRUCTURE_ID", "ACTION"} == set(components)
    for name, component in components.items():
        if component.local_codes is not None:
            codes = {code.id for code in component.local_codes}
            assert {row[name] for row in rows} <= codes, name
    coded = [name for name, one in components.items() if one.local_codes is not None]
    assert len(coded) == len(CATALOG.contracts[dataset].dimensions) + 5


def test_areas_carry_their_footnote(structures: dict[str, Any]) -> None:
    kosovo = next(code for code in structures["CL_REF_AREA"].codes if code.id == "XKX")
    assert kosovo.name == "Kosovo*"
    assert "UNSCR 1244/1999" in kosovo.description


@pytest.fixture(scope="module")
def package(demonstration: Built) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (demonstration.folder / "datapackage.json").read_text(encoding="utf-8")
    )
    return loaded


def test_every_file_of_the_data_is_described_as_it_is(demonstration: Built, package: dict[str, Any]) -> None:
    described = {one["path"]: one for one in package["resources"]}
    assert set(described) == {f"data/{path.name}" for path in (demonstration.folder / "data").iterdir()}
    for path, one in described.items():
        assert one["hash"] == f"sha256:{sha256_of(demonstration.folder / path)}"
        assert one["bytes"] == (demonstration.folder / path).stat().st_size
        assert one["title"]
    assert len({one["name"] for one in package["resources"]}) == len(described)
    assert "$schema" in described["data/provenance.json"]["schema"]


def _tables(
    package: dict[str, Any], folder: Path
) -> Iterator[tuple[str, dict[str, Any], list[dict[str, str]]]]:
    for one in package["resources"]:
        if one["format"] == "csv":
            with (folder / one["path"]).open(encoding="utf-8", newline="") as file:
                yield one["path"], one["schema"], list(csv.DictReader(file))


def test_rows_have_the_columns_codes_and_keys_of_their_description(
    demonstration: Built, package: dict[str, Any]
) -> None:
    for path, schema, rows in _tables(package, demonstration.folder):
        fields = {field["name"]: field for field in schema["fields"]}
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys), path
        assert all(field["description"] for field in fields.values())
        for row in rows:
            assert list(row) == list(fields), path
            for name, value in row.items():
                allowed = fields[name].get("constraints", {}).get("enum")
                assert not value or allowed is None or value in allowed, (path, name, value)
                if value and fields[name]["type"] == "number":
                    float(value)


@pytest.fixture(scope="module")
def book(demonstration: Built) -> openpyxl.Workbook:
    return openpyxl.load_workbook(demonstration.folder / "data" / "tables.xlsx")


def test_each_sheet_has_a_title_and_one_marked_table_and_nothing_is_merged_or_hidden(
    book: openpyxl.Workbook,
) -> None:
    assert book.sheetnames[:3] == [WORDS.cover, WORDS.contents, WORDS.notes]
    assert book.active is book[WORDS.cover]
    names = []
    for sheet in book.worksheets:
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        if sheet.title == WORDS.cover:
            continue
        (table,) = sheet.tables.values()
        names.append(table.displayName)
        first, last = (int("".join(c for c in part if c.isdigit())) for part in table.ref.split(":"))
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == last
        assert sheet.freeze_panes == f"A{first + 1}"
        header = rows[first - 1]
        assert all(header)
        assert len(set(header)) == len(header)
        assert not [row for row in rows[first:] if all(cell is None for cell in row)]
    assert len(set(names)) == len(names) == len(book.sheetnames) - 1


def test_contents_lead_to_every_sheet_and_the_cover_says_what_the_edition_is(book: openpyxl.Workbook) -> None:
    led = {cell.hyperlink.location for row in book[WORDS.contents] for cell in row if cell.hyperlink}
    assert led == {f"'{name}'!A1" for name in book.sheetnames[2:]}
    said = " ".join(str(cell.value) for row in book[WORDS.cover] for cell in row if cell.value)
    assert "Demonstration data" in said
    assert "UNSCR 1244/1999" in said


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_figure_that_is_not_there_says_why_in_words(book: openpyxl.Workbook, dataset: str) -> None:
    rows = [list(row) for row in book[dataset].iter_rows(values_only=True)]
    header = next(row for row in rows if row[0] == "STRUCTURE")
    states: dict[object, set[object]] = {}
    for row in rows[rows.index(header) + 1 :]:
        told = dict(zip(header, row, strict=True))
        states.setdefault(told["STATE"], set()).add(told["OBS_STATUS"])
        assert (told["OBS_VALUE"] is None) == str(told["SHOWN"]).startswith("[")
    assert {"no return received", "suppressed"} & set(states)
    assert all(len(codes) == 1 for codes in states.values())
