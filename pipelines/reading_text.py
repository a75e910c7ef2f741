"""Reads the bytes of a CSV file as rows of text, whichever encoding and separator the sender's Excel chose.

Belongs here: encoding, separator, rows. What the header means is `reading_table.py`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

import polars as pl

from data_contracts.model import Catalog
from pipelines.findings import Finding, Place, clean, finding
from pipelines.reading_rows import position_names, raw_rows, refuse_too_large

_SEPARATORS = ",;\t"
_COUNTED = 20_000_000  # a file that could make more cells than this is counted before it is read
_HIGH_RUN = re.compile(rb"[\xc0-\xff]{3,}")


def read_text_rows(content: bytes, *, sheet: str, catalog: Catalog) -> tuple[pl.DataFrame, list[Finding]]:
    """The raw rows of a CSV file (as in `reading_rows.py`), and what had to be recognised to read it.

    An Excel `sep=;` line stays as an empty first row, so that row numbers are the sender's.

    Raises:
        UnreadableReturn: The file has more rows or columns than a sheet may.
    """
    place = Place(sheet=sheet)
    text, encoding = decoded(content)
    if text is None:
        return raw_rows([]), [finding(catalog, "L0-not-text", place=place)]
    found = []
    if encoding != "utf-8":
        found.append(finding(catalog, "L0-encoding", place=place, seen=encoding))
    declared = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if declared:
        text = "\n" + text[declared.end() :]
    header = _first_line(text)
    separator = declared.group(1) if declared else max(_SEPARATORS, key=header.count)
    width = header.count(separator) + 1
    body = content.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8" and not declared else text.encode()
    lines = body.count(b"\n") if len(body) * width > _COUNTED else 0
    refuse_too_large(rows=lines, columns=width, sheet=sheet, catalog=catalog)
    if _is_cut_off(text, separator, width):
        place = Place(sheet=sheet, row=text.count("\n") + 1)
        found.append(finding(catalog, "L0-cut-off", place=place))
    try:
        rows = _plain_rows(body, separator, width)
        rows = _any_rows(text, separator, sheet=sheet, catalog=catalog) if rows is None else rows
    except csv.Error:
        return raw_rows([]), [*found, finding(catalog, "L0-not-csv", place=Place(sheet=sheet))]
    refuse_too_large(rows=rows.height, columns=rows.width, sheet=sheet, catalog=catalog)
    return rows, found


def _first_line(text: str) -> str:
    """The first line with content; empty where there is none."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        if clean(text[start:end]):
            return text[start:end]
        start = end
    return ""


def _is_cut_off(text: str, separator: str, width: int) -> bool:
    """Whether the last line has no end and fewer columns than the header, although the line before has them all."""
    end = text.rfind("\n")
    last = text[end + 1 :]
    if end < 0 or not clean(last) or last.count(separator) + 1 >= width:
        return False
    return text.count(separator, text.rfind("\n", 0, end) + 1, end) + 1 >= width


def _plain_rows(body: bytes, separator: str, width: int) -> pl.DataFrame | None:
    """The rows of a text without quotation marks, at the speed of Polars; None where it takes more to read it.

    Polars takes the number of columns from the first line, so one of the header's width is put before the text.
    """
    old_ends = b"\r" in body and body.count(b"\r") != body.count(b"\r\n")
    if b'"' in body or old_ends or not separator.isascii():
        return None
    try:
        rows = pl.read_csv(
            separator.encode() * (width - 1) + b"\n" + body,
            has_header=False,
            schema=dict.fromkeys(position_names(width), pl.String),
            separator=separator,
            quote_char=None,
            empty_string_is_null=False,
        )
    except pl.exceptions.ComputeError:  # a row is longer than the header
        return None
    return rows.slice(1).rechunk()


def _any_rows(text: str, separator: str, *, sheet: str, catalog: Catalog) -> pl.DataFrame:
    """The rows of any CSV text: quoted cells, rows longer than the header."""
    rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    columns = max(map(len, rows), default=0)
    refuse_too_large(rows=len(rows), columns=columns, sheet=sheet, catalog=catalog)
    return raw_rows(rows)


def decoded(content: bytes) -> tuple[str | None, str]:
    """The text and the name of its encoding; None where the bytes are no text.

    Of the two single-byte encodings of the region, Cyrillic words are runs of high bytes, Latin ones are not.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return None, ""
    if b"\x00" in content:
        return None, ""
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding = "windows-1251" if _HIGH_RUN.search(content) else "windows-1250"
        return content.decode(encoding, errors="replace"), encoding
