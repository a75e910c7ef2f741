"""Reads the bytes of a CSV file as rows of text, whichever encoding and separator the sender's Excel chose.

Belongs here: encoding, separator, rows. What the header means is `reading_table.py`.
"""

from __future__ import annotations

import csv
import io
import re

from data_contracts.model import Catalog
from pipelines.findings import Finding, Place, clean, finding

_SEPARATORS = ",;\t"
_HIGH_RUN = re.compile(rb"[\xc0-\xff]{3,}")


def read_text_rows(content: bytes, *, sheet: str, catalog: Catalog) -> tuple[list[list[str]], list[Finding]]:
    """The rows of a CSV file (`rows[0]` is row 1), and what had to be recognised to read it.

    An Excel `sep=;` line stays as an empty first row, so that row numbers are the sender's.
    """
    place = Place(sheet=sheet)
    text, encoding = _decoded(content)
    if text is None:
        return [], [finding(catalog, "L0-not-text", place=place)]
    found = []
    if encoding != "utf-8":
        found.append(finding(catalog, "L0-encoding", place=place, seen=encoding))
    declared = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    separator = declared.group(1) if declared else _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        return [], [*found, finding(catalog, "L0-not-csv", place=place)]
    if declared:
        rows[0] = []
    return rows, found


def _decoded(content: bytes) -> tuple[str | None, str]:
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


def _separator(text: str) -> str:
    """The separator that stands most often in the first line with content."""
    header = next((line for line in text.splitlines() if clean(line)), "")
    return max(_SEPARATORS, key=header.count)
