"""Every rule of the file: files that break it and nothing else, and files at its edge that pass.

What is made to do harm, and personal data, is in `tests/hostile/`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.mutation.returns import (
    TABLES,
    Case,
    Maker,
    codes_of,
    counted,
    cover_yaml,
    csv_text,
    each_case,
    fields,
    folder,
    workbook,
)

ARRESTS = csv_text(TABLES["arrests"])
NO_ROWS = frozenset({"C-reported-without-rows"})
COVER = cover_yaml(fields())


def arrests(*contents: str | bytes) -> dict[str, Maker]:
    """One case for each content of arrests.csv."""
    return {repr(content[:70]): folder(files={"arrests.csv": content}) for content in contents}


def covers(*contents: str | bytes) -> dict[str, Maker]:
    """One case for each content of cover.yaml."""
    return {repr(content[:70]): folder(files={"cover.yaml": content}) for content in contents}


def lines(change: Callable[[int, str], str]) -> str:
    """arrests.csv with each line changed, the header's number being 0."""
    return "".join(f"{change(number, line)}\r\n" for number, line in enumerate(ARRESTS.splitlines()))


def without(column: str, text: str = ARRESTS) -> str:
    """CSV text without one of its columns."""
    cells = [line.split(",") for line in text.splitlines()]
    place = cells[0].index(column)
    return "".join(",".join(line[:place] + line[place + 1 :]) + "\r\n" for line in cells)


def packed(*, name: str = "return.zip", source: Maker | None = None, **more: bytes) -> Maker:
    """A return as a zip, or a workbook with more parts; `__` in a name stands for a slash."""

    def make(root: Path) -> Path:
        path = (source or folder())(root)
        if path.is_dir():
            with zipfile.ZipFile(root / name, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(path.iterdir()):
                    archive.write(file, file.name)
            path = root / name
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            for part, content in more.items():
                archive.writestr(part.replace("__", "/"), content)
        return path

    return make


def renamed(source: Maker, name: str) -> Maker:
    return lambda root: source(root).rename(root / name)


def bytes_of(source: Maker, change: Callable[[bytes], bytes]) -> Maker:
    """A file with its bytes changed."""

    def make(root: Path) -> Path:
        path = source(root)
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


def written(name: str, content: bytes) -> Maker:
    def make(root: Path) -> Path:
        (root / name).write_bytes(content)
        return root / name

    return make


def part_replaced(part: str, old: bytes, new: bytes) -> Maker:
    """The workbook with something else in one of its parts."""

    def make(root: Path) -> Path:
        path = workbook()(root)
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path

    return make


def linked(root: Path) -> Path:
    path = folder()(root)
    (path / "arrests.csv").unlink()
    (path / "arrests.csv").symlink_to(path / "incidents.csv")
    return path


def sheets(**cells: object) -> Maker:
    """The workbook with cells set, named `sheet__A1`; a new sheet is made where there is none."""

    def change(book: openpyxl.Workbook) -> None:
        for place, value in cells.items():
            name, _, cell = place.rpartition("__")
            sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
            sheet[cell] = value

    return workbook(change)


def _hide(book: openpyxl.Workbook, state: str) -> None:
    book["arrests"].sheet_state = state


def _format_to_the_end(book: openpyxl.Workbook) -> None:
    """Formatted, but empty cells below the table, as far as the sheet reaches."""
    for row in (30_000, 1_048_576):
        book["arrests"].cell(row, 2).font = Font(bold=True)


def _hide_row(number: int) -> Maker:
    def change(book: openpyxl.Workbook) -> None:
        book["arrests"].row_dimensions[number].hidden = True

    return workbook(change)


HEADER = ARRESTS.splitlines()[0]
ROWS = ARRESTS.removeprefix(HEADER + "\r\n")
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'

CASES = [
    Case(
        "L0-not-a-return",
        {"a letter": written("letter.docx", b"x"), "a list": written("arrests.csv", ARRESTS.encode())},
        {"workbook": workbook(), "zip": packed()},
    ),
    Case(
        "L0-no-cover",
        {
            "folder": folder(without=("cover.yaml",)),
            "workbook": workbook(lambda book: book.remove(book["cover"])),
        },
        {
            "in capitals": folder(without=("cover.yaml",), files={"COVER.YAML": COVER}),
            "sheet in capitals": workbook(lambda book: setattr(book["cover"], "title", "Cover ")),
        },
    ),
    Case(
        "L0-cannot-open",
        {
            "cut": bytes_of(workbook(), lambda content: content[:-200]),
            "no zip": bytes_of(packed(), lambda content: b"PK\x03\x04" + content[9:500]),
            "a part broken": part_replaced("xl/worksheets/sheet3.xml", b"</worksheet>", b"<"),
            "empty": written("r.xlsx", b""),
        },
        {"whole": workbook()},
    ),
    Case(
        "L0-old-or-encrypted",
        {"old": written("return.xls", OLD_EXCEL), "with a password": written("return.xlsx", OLD_EXCEL)},
        {"new": workbook()},
    ),
    Case(
        "L0-too-large",
        {
            "workbook": written("return.xlsx", b"PK" + b"\x00" * 20_000_000),
            "folder": folder(files={"arrests.csv": b"x" * 20_000_001}),
        },
        {"not so large": packed()},
    ),
    Case(
        "L0-too-many-entries",
        {"301 files": packed(**{f"{number}.csv": b"" for number in range(298)})},
        {"4 files": packed()},
    ),
    Case(
        "L0-zip-ratio",
        {"a bomb": packed(**{"contribution.md": b"\x00" * 5_000_000})},
        {"plain": packed(**{"contribution.md": b"# Means\n\nFirearms.\n"})},
    ),
    Case(
        "L0-unsafe-name",
        {
            "above": packed(**{"..__cover.yaml": b"x"}),
            "absolute": packed(**{"__etc__cover.yaml": b"x"}),
            "a link": linked,
        },
        {"plain": packed()},
    ),
    Case(
        "L0-macros",
        {
            "named so": renamed(workbook(), "return.xlsm"),
            "in it": packed(source=workbook(), **{"xl__vbaProject.bin": b"x"}),
        },
        {"none": workbook()},
    ),
    Case(
        "L0-external-links",
        {
            "link": packed(source=workbook(), **{"xl__externalLinks__externalLink1.xml": b"<x/>"}),
            "query": packed(source=workbook(), **{"xl__connections.xml": b"<x/>"}),
        },
        {"none": workbook()},
    ),
    Case(
        "L0-embedded-files",
        {"object": packed(source=workbook(), **{"xl__embeddings__oleObject1.bin": b"x"})},
        {"none": workbook()},
    ),
    Case(
        "L0-xml-entities",
        {"entity": part_replaced("xl/worksheets/sheet3.xml", b"<worksheet", ENTITIES)},
        {"an escaped sign": sheets(cover__C1="field & value <x>")},
    ),
    Case(
        "L0-hidden-sheet",
        {state: workbook(lambda book, state=state: _hide(book, state)) for state in ("hidden", "veryHidden")},
        {"visible": workbook(lambda book: _hide(book, "visible"))},
    ),
    Case("L0-hidden-rows", {"with content": _hide_row(3)}, {"empty": _hide_row(30)}),
    Case(
        "L0-formula",
        {"one": sheets(arrests__G2="=10-1"), "on the cover": sheets(cover__B8="=0+5")},
        {"on an ignored sheet": sheets(example__A1="=1+1")},
    ),
    Case(
        "L0-error-value",
        {"of a lookup": sheets(arrests__G2="#N/A"), "of a count": sheets(arrests__G2="#DIV/0!")},
        {"on an ignored sheet": sheets(codes__A1="#N/A")},
    ),
    Case(
        "L0-sheet-too-large",
        {"rows": sheets(arrests__A200000="x"), "columns": sheets(arrests__ZZ1="x")},
        {
            "far, but empty": sheets(arrests__A20000=None),
            "formatted to the last row": workbook(_format_to_the_end),
        },
    ),
    Case(
        "L0-unknown-sheet",
        {"notes": sheets(notes__A1="x"), "misspelt": sheets(arests__A1="x")},
        {"empty": sheets(Sheet5__A1=None), "ignored": sheets(reference__A1="x")},
    ),
    Case(
        "L0-unknown-file",
        {
            "notes": folder(files={"notes.txt": "x"}),
            "misspelt": folder(files={"arests.csv": ARRESTS}),
            "deeper": folder(files={"old/arrests.csv": ARRESTS}),
        },
        {
            "ignored": folder(files={"contribution.md": "# Means\n\nFirearms.\n"}),
            "of the system": folder(files={"Thumbs.db": b"\x00", "__MACOSX/x": b""}),
        },
    ),
    Case(
        "L0-repeated-sheet",
        {"with a blank": sheets(**{"arrests __A1": "x"})},
        {"another dataset": workbook()},
        frozenset({"L0-missing-header"}),
    ),
    Case("L0-not-text", arrests(ARRESTS.encode() + b"\x00\x01", b"PK\x00\x00"), arrests(ARRESTS), NO_ROWS),
    Case(
        "L0-not-csv",
        arrests(ARRESTS + '"jihadist,_T\r\n', HEADER + '\r\n"a"b,c\r\n'),
        arrests(ARRESTS.replace("jihadist", '"jihadist"')),
        NO_ROWS,
    ),
    Case(
        "L0-cut-off",
        arrests(ARRESTS[:-3], ARRESTS[:-3].replace(",", ";"), ARRESTS.replace("\r\n", "\n")[:-2]),
        arrests(
            ARRESTS[:-2],
            ARRESTS[:-3] + "\r\n",
            lines(lambda number, line: line.removesuffix(",") if number > 2 else line)[:-2],
        ),
    ),
    Case(
        "L0-cut-off",
        arrests(ARRESTS[:-5], ARRESTS[:-8].replace(",", ";"), ARRESTS.replace("\r\n", "\n")[:-15]),
        arrests(ARRESTS),
        frozenset({"T1-missing-value"}),
    ),
    Case(
        "L0-encoding",
        arrests(
            ARRESTS.replace(",male,", ",muški,").encode("cp1250"),
            ARRESTS.replace(",male,", ",мушки,").encode("cp1251"),
            ARRESTS.encode("utf-16"),
        )
        | covers(COVER.replace("Statistics unit", "Njësia e policisë").encode("latin-1")),
        arrests(ARRESTS.replace(",male,", ",muški,"), ARRESTS.encode("utf-8-sig"))
        | covers(COVER.encode("utf-8-sig")),
    ),
    Case(
        "L0-missing-header",
        arrests(ROWS, "Arrests in 2025\r\n" + ARRESTS),
        arrests("\r\n,,\r\n" + ARRESTS, "sep=,\r\n" + ARRESTS),
        NO_ROWS,
    ),
    Case(
        "L0-missing-column",
        arrests(without("citizenship"), without("offence")),
        arrests(lines(lambda number, line: ",".join(reversed(line.split(","))))),
    ),
    Case(
        "L0-optional-column-missing",
        arrests(without("charged")),
        arrests(lines(lambda number, line: line if number == 0 else line.rpartition(",")[0] + ",")),
    ),
    Case(
        "L0-unknown-column",
        arrests(lines(lambda number, line: line + (",district" if number == 0 else ",north"))),
        arrests(ARRESTS.replace(HEADER, HEADER.upper().replace("_", " "))),
    ),
    Case(
        "L0-repeated-column",
        arrests(lines(lambda number, line: line + (",Persons" if number == 0 else ",1"))),
        arrests(ARRESTS),
    ),
    Case(
        "L0-cell-without-column",
        arrests(
            lines(lambda number, line: line + (",x" if number == 2 else "")),
            lines(lambda number, line: line + (",," if number != 3 else ",,1")),
        ),
        arrests(lines(lambda number, line: line + ",, ")),
    ),
    Case(
        "L0-cover-not-yaml",
        covers("partner: [", "just words", "- a\n- b\n", COVER.replace("datasets:", "datasets:\n\t")),
        covers("# our return\n---\n" + COVER, COVER + "...\n"),
    ),
    Case(
        "L0-unknown-field",
        covers("mood: good\n" + COVER, COVER.replace("  arrests:\n", "  arrests:\n    note: x\n")),
        covers(COVER.replace("partner", "PARTNER")),
    ),
    Case(
        "L0-repeated-field",
        covers("partner: XKX\n" + COVER, COVER.replace("  arrests:\n", "  arrests:\n    release: exact\n")),
        covers(COVER.replace("operations", "Operations")),
    ),
    Case(
        "L0-field-form",
        covers(
            COVER.replace('operations: "5"', "operations: {year: 5}"),
            COVER + "also_reported_by: [{code: ALB}]\n",
            COVER + "also_reported_by: [[ALB]]\n",
        ),
        covers(COVER + "also_reported_by: [ALB]\n"),
    ),
]
COVERED = {case.code for case in CASES}


@pytest.mark.parametrize(("case", "name", "kind"), each_case(CASES))
def test_each_file_breaks_its_rule_and_nothing_else(case: Case, name: str, kind: str, tmp_path: Path) -> None:
    case.holds(kind, codes_of(getattr(case, kind)[name], tmp_path))


def test_cases_of_files_are_many() -> None:
    print(f"\nfiles: {counted(CASES)}")
    assert all(case.broken and case.edge for case in CASES)
