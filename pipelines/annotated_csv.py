"""A workbook made of a return that is a folder or zip, with the same rows, so that its cells can be marked.

Belongs here: cover, tables and contribution as sheets, as the reader takes them. A corrected workbook can be handed
in in place of the files.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from data_contracts.model import Catalog
from pipelines.cover import CoverRules, load_cover_rules
from pipelines.limits import read_entry
from pipelines.reading import read_cover
from pipelines.reading_content import folder_files, top_folder
from pipelines.reading_text import read_text_rows

MOMENT = datetime.datetime(2000, 1, 1)  # a date that says nothing: same inputs, same bytes
_COUNT = re.compile(r"0|[1-9]\d{0,8}")
_ENDINGS = (".md", ".txt")
_LONGEST = 32_767  # characters of a cell
_WIDTHS = {"cover": (32, 60), "contribution": (40, 100)}


def book_of_texts(path: Path, *, catalog: Catalog) -> tuple[Any, dict[str, str]]:
    """The workbook, and the cell of each field of the cover."""
    rules = load_cover_rules(catalog.root)
    files = _files(path, rules)
    top = top_folder(files)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "tesat"
    book.properties.created = book.properties.modified = MOMENT
    fields = _cover(book, path, rules, catalog)
    datasets = {dataset for dataset, _ in catalog.versions}
    for name, content in sorted(files.items()):
        file = PurePosixPath(name.removeprefix(top))
        stem = file.stem.casefold()
        if file.suffix.lower() == ".csv" and stem in datasets and stem not in book.sheetnames:
            rows, _ = read_text_rows(content, sheet=stem, catalog=catalog)
            _fill(book.create_sheet(stem), [list(row) for row in rows.iter_rows()])
        elif stem == rules.contribution and file.suffix.lower() in _ENDINGS:
            _fill(book.create_sheet(rules.contribution), _paragraphs(content, rules))
    return book, fields


def _files(path: Path, rules: CoverRules) -> dict[str, bytes]:
    if path.is_dir():
        return folder_files(path)
    with zipfile.ZipFile(path) as archive:
        names = {info.filename for info in archive.infolist() if not info.is_dir()}
        return {name: read_entry(archive, name, limits=rules.limits) for name in sorted(names)}


def _cover(book: Any, path: Path, rules: CoverRules, catalog: Catalog) -> dict[str, str]:
    """The sheet of the cover, a row per field, also those that are not filled in; gives the cell of each value."""
    cover = read_cover(path, catalog=catalog)
    whole = [field.name for field in rules.fields]
    datasets = sorted({dataset for dataset, _ in catalog.versions})
    inner = [f"{dataset}.{field.name}" for dataset in datasets for field in rules.dataset_fields]
    rows = [[rules.title_words[0], "value"]]
    for name in (*whole, *inner):
        value = cover.values.get(name, "")
        rows.append([name, value if isinstance(value, str) else ", ".join(value)])
    _fill(book.create_sheet(rules.sheet), rows)
    return {name: f"{rules.sheet}!B{number}" for number, (name, _) in enumerate(rows, start=1) if number > 1}


def _paragraphs(content: bytes, rules: CoverRules) -> list[list[str]]:
    """Headings and paragraphs below a header, as the reader takes a contribution."""
    rows = [["heading", "paragraph"], ["", ""]]
    for line in content.decode("utf-8", errors="replace").splitlines():
        if line.startswith("#"):
            rows.append([line.lstrip("# "), ""])
        elif line.strip():
            rows[-1][1] = f"{rows[-1][1]}\n{line.strip()}".strip()
    return [row for row in rows if any(row)]


def _fill(sheet: Any, rows: list[list[str]]) -> None:
    """Writes rows of text; counts become numbers, nothing becomes a formula."""
    for number, row in enumerate(rows, start=1):
        for position, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, position)
                cell.value = int(text) if _COUNT.fullmatch(text) else _clean(text)
                cell.data_type = "n" if isinstance(cell.value, int) else "s"
                cell.font = Font(name="Calibri", size=11, bold=number == 1)
    for position in range(1, max(map(len, rows), default=0) + 1):
        fixed = _WIDTHS.get(sheet.title)
        longest = max((len(row[position - 1]) for row in rows if len(row) >= position), default=0)
        width = fixed[position - 1] if fixed and position <= len(fixed) else min(longest + 3, 44)
        sheet.column_dimensions[get_column_letter(position)].width = width


def _clean(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))[:_LONGEST]
