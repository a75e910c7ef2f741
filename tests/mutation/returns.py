"""A return that keeps every rule, in its forms, and how one thing in it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from data_contracts.catalog import load_catalog
from data_contracts.model import TOTAL
from pipelines.checking import check_path
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding

CATALOG = load_catalog()
REGION = "western_balkans"
Row = dict[str, str]
Tables = Mapping[str, list[Row]]
Maker = Callable[[Path], Path]

COVER = {
    "partner": "XKX",
    "reference_year": "2025",
    "submission": "1",
    "prepared_on": "2026-02-14",
    "contact_point": "Statistics unit, Counter-Terrorism Directorate",
    "handling": "TLP:GREEN",
    "definitions_version": "1",
    "operations": "5",
    "proceedings": "3",
    "persons_tried": "5",
}
TOTALS = {"incidents": "3", "arrests": "14", "convictions": "5"}
REPORTED = {"status": "reported", "coverage": "complete", "release": "exact", "break_in_series": "false"}


def row(dataset: str, **over: str) -> Row:
    """A row of a dataset: `_T` in dimensions, empty measures, and what is given."""
    contract = CATALOG.contracts[dataset]
    base = dict.fromkeys(contract.dimension_names, TOTAL) | {
        measure.name: "" for measure in contract.measures
    }
    assert set(over) <= set(base), (dataset, over)
    return {column.name: (base | over)[column.name] for column in contract.columns}


TABLES: Tables = {
    "incidents": [
        row("incidents", type_of_terrorism="jihadist", attack_status="completed", attacks="2", killed="1"),
        row("incidents", type_of_terrorism="right_wing", attack_status="foiled", attacks="1", killed="0"),
    ],
    "arrests": [
        row("arrests", type_of_terrorism="jihadist", persons="11", charged="9"),
        row("arrests", type_of_terrorism="right_wing", persons="3", charged="2"),
        row("arrests", sex="female", persons="2"),
        row("arrests", sex="male", persons="12"),
    ],
    "convictions": [
        row("convictions", verdict="convicted", penalty="imprisonment", verdicts="4", sentence_months="120"),
        row("convictions", verdict="acquitted", penalty="none", verdicts="1"),
    ],
}


@dataclass(frozen=True)
class Case:
    """Ways to break one rule and nothing else, and ways to come to its edge and break nothing."""

    code: str
    broken: Mapping[str, Maker]
    edge: Mapping[str, Maker]
    beside: frozenset[str] = frozenset()  # findings that the case needs and that are not its own
    region: str = REGION

    def holds(self, kind: str, found: set[str]) -> None:
        """A broken return has the code and what stands beside it, one at the edge no more than what stands beside."""
        if kind == "broken":
            assert found == {self.code, *self.beside}
        else:
            assert found <= self.beside


def each_case(cases: Sequence[Case]) -> list[tuple[Case, str, str]]:
    """Case, name and kind, for parametrised tests."""
    return [
        (case, name, kind) for case in cases for kind in ("broken", "edge") for name in getattr(case, kind)
    ]


def fields(**over: str) -> dict[str, str]:
    """The cover; `__` in a name stands for the dot, an empty value leaves the field out."""
    values = dict(COVER)
    for dataset, total in TOTALS.items():
        values |= {f"{dataset}.{name}": value for name, value in REPORTED.items()}
        values[f"{dataset}.total"] = total
    values |= {name.replace("__", "."): value for name, value in over.items()}
    return {name: value for name, value in values.items() if value}


def cover_yaml(values: Mapping[str, str]) -> str:
    """A cover as YAML; a value is written as it is, so that it may also be a list."""
    lines = [f"{name}: {_scalar(value)}" for name, value in values.items() if "." not in name]
    lines.append("datasets:")
    datasets = dict.fromkeys(name.partition(".")[0] for name in values if "." in name)
    for dataset in datasets:
        lines.append(f"  {dataset}:")
        own = {name: value for name, value in values.items() if name.startswith(f"{dataset}.")}
        lines += [f"    {name.partition('.')[2]}: {_scalar(value)}" for name, value in own.items()]
    return "\n".join(lines) + "\n"


def _scalar(value: str) -> str:
    plain = value.startswith(("[", "{", "\n"))
    return (
        value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    )


def csv_text(rows: list[Row], separator: str = ",") -> str:
    """Rows as CSV; cells that need it are quoted."""
    lines = [list(rows[0]), *([*one.values()] for one in rows)]
    quoted = [
        [f'"{cell}"' if set(cell) & {separator, '"', "\n"} else cell for cell in line] for line in lines
    ]
    return "".join(separator.join(line) + "\r\n" for line in quoted)


def folder(
    *,
    tables: Tables | None = None,
    cover: str | None = None,
    files: Mapping[str, bytes | str] | None = None,
    without: tuple[str, ...] = (),
    **over: str,
) -> Maker:
    """A return as a folder, with other tables, cover fields or files, or without some."""
    content: dict[str, bytes | str] = {"cover.yaml": cover_yaml(fields(**over)) if cover is None else cover}
    content |= {
        f"{dataset}.csv": csv_text(rows) for dataset, rows in (TABLES | dict(tables or {})).items() if rows
    }
    content |= files or {}

    def make(root: Path) -> Path:
        for name, text in content.items():
            if name in without:
                continue
            path = root / "return" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return root / "return"

    return make


def edited(name: str, change: Callable[[str], str]) -> Maker:
    """The good return as a folder, with one file's text changed."""

    def make(root: Path) -> Path:
        path = folder()(root)
        text = (path / name).read_bytes().decode()
        assert change(text) != text
        (path / name).write_bytes(change(text).encode())
        return path

    return make


def workbook(change: Callable[[openpyxl.Workbook], None] = lambda book: None, **over: str) -> Maker:
    """The good return as a workbook, changed before it is saved."""

    def make(root: Path) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "cover"
        for name, value in fields(**over).items():
            book["cover"].append([name, int(value) if value.isdecimal() else value])
        for dataset, rows in TABLES.items():
            sheet = book.create_sheet(dataset)
            sheet.append(list(rows[0]))
            for one in rows:
                sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in one.values()])
        change(book)
        book.save(root / "return.xlsx")
        return root / "return.xlsx"

    return make


def findings_of(
    make: Maker, root: Path, *, previous: Maker | None = None, region: str = REGION
) -> tuple[Finding, ...]:
    """What the check finds, also where the return cannot be read at all."""
    earlier = None
    if previous is not None:
        (root / "previous").mkdir()
        earlier = previous(root / "previous")
    (root / "now").mkdir()
    path = make(root / "now")
    try:
        return check_path(path, catalog=CATALOG, region_name=region, previous=earlier).findings
    except UnreadableReturn as unreadable:
        return unreadable.findings


def codes_of(make: Maker, root: Path, *, previous: Maker | None = None, region: str = REGION) -> set[str]:
    return {found.code for found in findings_of(make, root, previous=previous, region=region)}


def counted(cases: Sequence[Case]) -> str:
    """What a test prints of its corpus."""
    broken, edge = (sum(len(getattr(case, kind)) for case in cases) for kind in ("broken", "edge"))
    return f"rules {len({case.code for case in cases})}, cases {broken + edge}, of which {edge} pass"
