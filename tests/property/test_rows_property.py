"""Rows of text are the same however they were written: plainly, which Polars reads, or with quotation marks."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data_contracts.catalog import load_catalog
from pipelines.errors import UnreadableReturn
from pipelines.findings import clean
from pipelines.reading_rows import BLANKS, MAX_COLUMNS, raw_rows, without_blank
from pipelines.reading_text import read_text_rows

CATALOG = load_catalog()
CELLS = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters='",;\t\r\n\0\ufeff='), max_size=12
)
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=12)
HEADER = ["one", "two", "three"]


def written(rows: list[list[str]], *, separator: str, end: str, quoted: bool) -> bytes:
    """The rows as CSV; an empty row is an empty line."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_NONE
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting, escapechar=None)
    for row in rows:
        if row in ([], [""]):
            text.write(end)
        else:
            writer.writerow(row)
    return text.getvalue().encode()


def read(content: bytes) -> pl.DataFrame:
    rows, found = read_text_rows(content, sheet="arrests", catalog=CATALOG)
    assert found == []
    return rows


@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.integers(0, 2))
@example([["1"], [], ["", "2"], [" ", " "]], ";", "\r\n", 1)
@example([["1", "2", "3", "4", "5"]], ",", "\n", 0)
def test_both_ways_of_reading_agree(rows: list[list[str]], separator: str, end: str, above: int) -> None:
    table = [*[[]] * above, HEADER, *rows]
    plain = read(written(table, separator=separator, end=end, quoted=False))
    assert plain.equals(read(written(table, separator=separator, end=end, quoted=True)))
    width = max(map(len, table))
    assert plain.rows() == [tuple(row + [""] * (width - len(row))) for row in table]


@given(ROWS.filter(any))
def test_only_rows_without_content_are_left_out(rows: list[list[str]]) -> None:
    frame = raw_rows(rows)
    kept = without_blank(frame, frame.columns).rows()
    assert kept == [row for row in frame.rows() if any(clean(cell) for cell in row)]


def test_what_is_blank_is_what_is_cleaned_away() -> None:
    assert set(BLANKS) == {chr(code) for code in range(0x110000) if not clean(chr(code))}


def test_a_sheet_beyond_the_limits_is_refused_before_it_is_read() -> None:
    wide = ",".join(["a"] * (MAX_COLUMNS + 1)) + "\n"
    for content in (wide, f"a,b\n{wide}", "a,b\n" + "\n" * 200_000, 'a,b\n"1",2\n' + "\n" * 200_000):
        with pytest.raises(UnreadableReturn) as refused:
            read_text_rows(content.encode(), sheet="arrests", catalog=CATALOG)
        assert [(found.code, found.sheet) for found in refused.value.findings] == [
            ("L0-sheet-too-large", "arrests")
        ]
