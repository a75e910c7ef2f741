"""The data behind a chart as a real table, folded away beneath it; cells hold the keys of their numbers.

Belongs here: `figures/NAME.csv` and its keys as HTML. The chart itself is written in `html_blocks.py`.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Sequence
from pathlib import Path

from report.rendering.document import Document, is_number
from report.rendering.errors import ReportError


def data_table(document: Document, stem: str, label: str) -> str:
    """The table of a chart's data; `label` is that of its figure.

    Raises:
        ReportError: The file of the data has no header, or rows of another length.
    """
    header, *rows = _rows(document.file(f"figures/{stem}.csv"))
    keys = document.find(f"figures/{stem}.keys.csv")
    head_keys, *row_keys = _rows(keys) if keys else [[""] * len(header)] * (len(rows) + 1)
    words = {key: html.escape(word) for key, word in document.words.items()}
    numeric = [number > 0 and all(is_number(row[number]) for row in rows) for number in range(len(header))]
    head = "".join(
        f'<th scope="col"{_right(right)}{_key(key)}>{html.escape(cell)}</th>'
        for cell, key, right in zip(header, head_keys, numeric, strict=True)
    )
    body = "".join(f"<tr>{_row(row, own, numeric)}</tr>" for row, own in zip(rows, row_keys, strict=True))
    return (
        f'<details><summary>{words["data_table"]}<span class="unseen"> ({label})</span></summary>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{words["data_of"]} {label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _rows(path: Path) -> list[list[str]]:
    """The header and the rows of a CSV file, all of one length."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    wrong = [number for number, row in enumerate(rows, start=1) if len(row) != len(rows[0])]
    if wrong or not rows or not rows[0]:
        said = (
            f"line {wrong[0]} has another number of cells than the header" if wrong else "there is no header"
        )
        raise ReportError(f"figures/{path.name}: {said}; write the data behind a figure with write_data.")
    return rows


def _row(row: Sequence[str], keys: Sequence[str], numeric: Sequence[bool]) -> str:
    first, *others = row
    cells = "".join(
        f"<td{_right(right)}{_key(key)}>{html.escape(cell)}</td>"
        for cell, key, right in zip(others, keys[1:], numeric[1:], strict=True)
    )
    return f'<th scope="row"{_key(keys[0])}>{html.escape(first)}</th>{cells}'


def _key(key: str) -> str:
    return f' data-key="{html.escape(key)}"' if key else ""


def _right(right: bool) -> str:
    return ' class="number"' if right else ""
