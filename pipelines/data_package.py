"""The description of a release's data: every file of `data/` with its columns, codes and keys, as a Data Package.

Belongs here: `datapackage.json`, from the contracts and the interface. What the files hold is written elsewhere.

Source: Frictionless Data Package and Table Schema.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.interface import AnnexTable, Interface, PublishedColumn, load_interface, measures_of
from data_contracts.messages import holes, later, say
from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract
from pipelines.checksums import sha256_of
from pipelines.tables_sheet import NUMBERS

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MESSAGE = later("{title}, SDMX-JSON 2.0")
TITLES = {
    "edition.json": later("The edition: region, years, partners, marks"),
    "provenance.json": later("Where each published figure comes from"),
    "structure.json": later("Structure definitions of the datasets, SDMX-JSON 2.0"),
    "tables.xlsx": later("All tables as a workbook"),
}
PROVENANCE, PROVENANCE_SCHEMA = "provenance.json", "provenance.schema.json"
OBSERVED_KEY = ("REF_AREA", "TIME_PERIOD", "MEASURE")
Item = dict[str, Any]


def told_title(title: str) -> str:
    """The title of a file as the package has it, in the language that is spoken."""
    found = holes(MESSAGE, title) if title not in TITLES.values() else None
    return say(title) if found is None else say(MESSAGE, title=say(found["title"]))


def data_package(
    folder: Path, *, name: str, title: str, year: int, contracts: Sequence[Contract], catalog: Catalog
) -> Item:
    """The Frictionless description of the files in a release's `data/`."""
    interface = load_interface(catalog.root)
    known = {contract.dataset: contract for contract in contracts}
    annex = {table.name: table for table in interface.annex}
    resources = []
    for path in sorted(path for path in (folder / "data").iterdir() if path.suffix in MEDIA_TYPES):
        about = _file(path, folder)
        if path.suffix == ".csv" and path.stem in known:
            about |= _observations(path, known[path.stem], catalog, interface)
        elif path.suffix == ".csv":
            about |= _annex(path, annex[path.stem])
        elif path.stem in known:
            about |= {"title": MESSAGE.format(title=known[path.stem].title)}
        else:
            about |= {"title": TITLES[path.name]}
        if path.name == PROVENANCE:
            text = (PACKAGE_ROOT / PROVENANCE_SCHEMA).read_text(encoding="utf-8")
            about |= {"schema": json.loads(text)}
        resources.append(about)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{name}-{year}".replace("_", "-"),
        "title": title,
        "version": str(year),
        "resources": resources,
    }


def _file(path: Path, folder: Path) -> Item:
    return {
        "name": f"{path.stem}-{path.suffix[1:]}".replace("_", "-"),
        "path": path.relative_to(folder).as_posix(),
        "format": path.suffix[1:],
        "mediatype": MEDIA_TYPES[path.suffix],
        "hash": f"sha256:{sha256_of(path)}",
        "bytes": path.stat().st_size,
    }


def _table(path: Path, title: str, grain: str, fields: Sequence[Item], key: Sequence[str]) -> Item:
    schema = {"fields": list(fields), "missingValues": [""], "primaryKey": list(key)}
    return {
        "title": title,
        "description": f"One row per {grain}.",
        "type": "table",
        "encoding": "utf-8",
        "schema": schema,
    }


def _observations(path: Path, contract: Contract, catalog: Catalog, interface: Interface) -> Item:
    codes = {"MEASURE": list(measures_of(contract))}
    texts = {}
    for column in contract.dimensions:
        own = catalog.code_lists[str(column.code_list)]
        groups = [catalog.code_lists[name] for name in own.codes[0].groups]
        held = [*own.values, *(code for group in groups for code in group.values), TOTAL]
        codes[column.name.upper()] = [*held, NOT_SPECIFIED] if column.not_specified else held
        texts[column.name.upper()] = column.description
    described = (*interface.observations.before, *interface.observations.after)
    known = {column.name: column for column in described}
    fields = []
    for name in _header(path):
        published = known.get(name) or PublishedColumn(name=name, description=texts[name])
        fields.append(_field(published, codes.get(name, ())))
    key = [*OBSERVED_KEY[:2], *(name.upper() for name in contract.dimension_names), OBSERVED_KEY[2]]
    return _table(path, contract.title, interface.workbook.of_observations, fields, key)


def _annex(path: Path, table: AnnexTable) -> Item:
    known: Mapping[str, PublishedColumn] = {column.name: column for column in table.columns}
    return _table(path, table.title, table.grain, [_field(known[name]) for name in _header(path)], table.key)


# Columns that hold several codes, or codes with a number in them.
_OPEN = frozenset({"OBS_METHOD", "OBS_NOTE", "reasons"})


def _field(column: PublishedColumn, codes: Sequence[str] = ()) -> Item:
    """A column: numbers as numbers, all else as text; the codes that it may hold, where they are a closed list."""
    field: Item = {
        "name": column.name,
        "type": "number" if column.name in NUMBERS else "string",
        "description": column.description,
    }
    closed = list(codes) or list(column.codes)
    return field | ({"constraints": {"enum": closed}} if closed and column.name not in _OPEN else {})


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return next(csv.reader(handle))
