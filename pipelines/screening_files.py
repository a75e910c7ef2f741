"""The texts of a return that is a folder or zip: names of files, lines of what is no table, cells of tables.

Belongs here: screening of files. Cells of tables are screened by their distinct values: a table of codes and counts
has few, however long it is.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

import polars as pl

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, clean, echo
from pipelines.reading_cover import RawCover
from pipelines.reading_rows import first_with_content
from pipelines.reading_table import Columns
from pipelines.sandbox_sheet import column_letters
from pipelines.screening import Screening, deceptions_in
from pipelines.screening_names import FILE_NAME, readings_of_name

_HARMLESS = re.compile(r"[A-Za-z0-9_]{0,5}|[1-9][0-9]{0,8}")
_CODE_OR_COUNT = re.compile(r'"?(?:[A-Za-z_]*|\d\d_\d\d|0|[1-9]\d{0,8})"?')
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def screen_name(name: str, *, screening: Screening) -> None:
    """Screens the name of a file or folder."""
    for text in readings_of_name(name):
        screening.text(text, Place(sheet=FILE_NAME))


def screen_lines(name: str, content: bytes, *, screening: Screening) -> None:
    """Screens a file line by line, and what runs over the end of a line.

    Lines of a table that could not be read as such are left out where they hold codes and counts only.
    """
    place = echo(PurePosixPath(name).name)
    for text in _readings(content):
        lines = text.splitlines()
        if name.casefold().endswith(".csv"):
            lines = ["" if _codes_only(line) else line for line in lines]
        found = [
            screening.text(line.strip(), Place(sheet=place, row=number))
            for number, line in enumerate(lines, start=1)
        ]
        if not any(found):
            for number, (line, following) in enumerate(itertools.pairwise(lines), start=1):
                if _may_go_on(line, following):
                    screening.text(f"{line.strip()} {following.strip()}", Place(sheet=place, row=number))


def _codes_only(line: str) -> bool:
    return all(_CODE_OR_COUNT.fullmatch(cell) for cell in re.split(r"[,;\t]", line))


def _may_go_on(line: str, following: str) -> bool:
    """Whether a number or a word's number may run over the end of the line."""
    start = following.lstrip(" \t#>*-")[:1]
    return bool(start) and (start.isdecimal() or start in "+(@" or line.rstrip().endswith("@"))


def _readings(content: bytes) -> list[str]:
    """The text in every encoding that it may be meant in."""
    if content.startswith(_MARKS):
        return [content.decode("utf-16", errors="replace")]
    try:
        return [content.decode("utf-8-sig")]
    except UnicodeDecodeError:
        pass
    if b"\x00" in content:
        return [content.decode(name, errors="replace") for name in ("utf-16-le", "utf-16-be", "latin-1")]
    return [content.decode(name, errors="replace") for name in ("windows-1250", "windows-1251")]


def screen_table(
    rows: pl.DataFrame, columns: Columns, *, dataset: str, sheet: str, catalog: Catalog
) -> list[Finding]:
    """The findings of a dataset's raw rows (as in `reading_rows.py`), header included."""
    screening = Screening(catalog)
    start = first_with_content(rows)
    if start is None:
        return []
    header = [clean(cell) for cell in rows.row(start)]
    strange = []
    words = rows.select(pl.all().unique().implode())
    for position, (name, heading) in enumerate(zip(rows.columns, header, strict=True)):
        letters = column_letters(position + 1)
        place = Place(dataset, sheet, start + 1, letters)
        if heading not in columns.missing:
            screening.heading(heading, place)
            screening.code(rows[name][start], place)
            if columns.meant(heading) is None:
                strange.append(name)
        _screen_column(rows[name], words[name][0], heading, place, screening=screening)
    if len(strange) > 1 and not screening.findings():
        letters_of = [column_letters(rows.columns.index(name) + 1) for name in strange]
        for number, cells in enumerate(rows.select(strange).iter_rows(), start=1):
            screening.row(cells, Place(dataset, sheet, number), letters_of)
    return screening.findings()


def _screen_column(
    cells: pl.Series, words: pl.Series, heading: str, place: Place, *, screening: Screening
) -> None:
    """Screens the distinct values of a column; only those found are looked for in its rows."""
    for value in words.to_list():
        if _HARMLESS.fullmatch(value):
            continue
        codes = [*screening.kinds(value.strip(), context=heading), *deceptions_in(value)]
        if codes:
            numbers = (cells == value).arg_true()
            first = Place(place.dataset, place.sheet, int(numbers[0]) + 1, place.column)
            for code in codes:
                screening.hit(code, first, times=len(numbers))


def screen_cover(cover: RawCover, *, file_name: str, catalog: Catalog) -> list[Finding]:
    """The return's own name, and letters on the cover that are not what they seem.

    Texts may mix alphabets, codes may not. What the cover says is screened with its lines or cells.
    """
    screening = Screening(catalog)
    screen_name(file_name, screening=screening)
    rules = load_cover_rules(catalog.root)
    texts = {f.name for f in (*rules.fields, *rules.dataset_fields) if f.kind in ("text", "confirmations")}
    for name, value in cover.values.items():
        written = value if isinstance(value, str) else " ".join(value)
        place = Place(sheet=cover.sheet, row=cover.rows[name], column=name)
        screening.prose(written, place)
        if name.rpartition(".")[2] not in texts:
            screening.code(written, place)
    return screening.findings()


def screen_files(files: Mapping[str, bytes], *, tables: Collection[str], catalog: Catalog) -> list[Finding]:
    """The findings of all names, and of the lines of all files but those that were read as tables."""
    screening = Screening(catalog)
    for name, content in sorted(files.items()):
        for part in PurePosixPath(name).parts:
            screen_name(part, screening=screening)
        if name not in tables:
            screen_lines(name, content, screening=screening)
    return screening.findings()
