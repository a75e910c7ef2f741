"""What the sheets of a template share: what it is made for, its cell formats, its ways of writing.

Belongs here: looks, widths, input messages. What a sheet says is in the other `template_*.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data_contracts.folding import with_label
from data_contracts.model import Catalog, Column, Contract, Partner, Region
from data_contracts.translations import Translated
from pipelines.cover import CoverRules

ROWS = 2000  # rows below a header that have drop-downs; what stands further below is read all the same
LINE_HEIGHT = 15.5  # points
_LETTER = 0.95  # width of an average letter, bold and Cyrillic ones included, in the unit of column widths
_TITLE_LENGTH, _MESSAGE_LENGTH = 32, 255  # what Excel takes
_DARK, _LIGHT, _INPUT, _LINE, _GREY = "#1F3A5F", "#DCE6F1", "#FFF9E3", "#BFBFBF", "#595959"


@dataclass(frozen=True)
class Styles:
    """The cell formats of a workbook."""

    title: Any
    text: Any
    wrapped: Any
    note: Any
    section: Any
    section_text: Any
    header: Any
    measure_header: Any
    code: Any
    label: Any
    cell: Any
    input: Any
    number: Any
    date: Any


def make_styles(book: Any) -> Styles:
    """The formats, made once for a workbook."""
    top = {"valign": "top"}
    wrap = top | {"text_wrap": True}
    line = {"border": 1, "border_color": _LINE}
    yellow = wrap | line | {"bg_color": _INPUT}
    head = {"bold": True, "font_color": "white", "bg_color": _DARK, "text_wrap": True, "valign": "vcenter"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "font_color": _DARK},
        "text": top,
        "wrapped": wrap,
        "note": top | {"italic": True, "font_color": _GREY},
        "section": {
            "bold": True,
            "font_size": 12,
            "font_color": _DARK,
            "bg_color": _LIGHT,
            "valign": "vcenter",
        },
        "section_text": {"bg_color": _LIGHT, "text_wrap": True, "valign": "vcenter"},
        "header": head | line,
        "measure_header": head | line | {"bg_color": "#3B6E4F"},
        "code": top | {"font_name": "Consolas", "font_size": 10, "font_color": _GREY},
        "label": wrap | {"bold": True, "indent": 1},
        "cell": top | line | {"align": "left"},
        "input": yellow,
        "number": yellow | {"num_format": "0", "align": "left"},
        "date": yellow | {"num_format": "yyyy-mm-dd", "align": "left"},
    }
    return Styles(**{name: book.add_format(look) for name, look in looks.items()})


@dataclass(frozen=True)
class Sheets:
    """What every sheet of a template is made from; `ranges` are the cells of the drop-down lists by name."""

    catalog: Catalog
    region: Region
    partner: Partner
    year: int
    texts: Translated
    rules: CoverRules
    contracts: tuple[Contract, ...]
    book: Any
    styles: Styles
    ranges: dict[str, str]

    def sheet(self, name: str, *, widths: Sequence[float], header_row: int | None = None) -> Any:
        """The sheet of that name, with its columns' widths, its header frozen and printed on every page."""
        sheet = self.book.get_worksheet_by_name(name)
        for position, width in enumerate(widths):
            sheet.set_column(position, position, width)
        if header_row is not None:
            sheet.freeze_panes(header_row + 1, 0)
            sheet.repeat_rows(header_row)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        return sheet

    def header(self, contract: Contract, column: Column) -> str:
        """A column's name and label, as the reader takes them."""
        return with_label(column.name, self.texts.column(contract.dataset, column.name).label).replace(
            "– ", "–\n"
        )

    def shown(self, column: Column, code: str) -> str:
        """A code as the column's drop-down inserts it."""
        return with_label(code, self.texts.code(str(column.code_list), code))


def list_name(column: Column) -> str:
    """The name of the drop-down list of a dimension; two columns with the same codes share one."""
    return f"{column.code_list}+" if column.not_specified else str(column.code_list)


def message(title: str, text: str) -> dict[str, str]:
    """The message that appears beside a cell when it is chosen."""
    return {"input_title": clipped(title, _TITLE_LENGTH), "input_message": clipped(text, _MESSAGE_LENGTH)}


def refusal(title: str, text: str, *, kind: str) -> dict[str, str]:
    """What appears when a cell's validation fails; `kind` is `stop` or `warning`."""
    shown = {"error_title": clipped(title, _TITLE_LENGTH), "error_message": clipped(text, _MESSAGE_LENGTH)}
    return {**shown, "error_type": kind}


def height(*cells: tuple[str, float]) -> float:
    """A row's height in points for wrapped texts, each with its column's width; programs do not all work it out."""
    return 3 + LINE_HEIGHT * max(math.ceil(len(text) * _LETTER / width) for text, width in cells)


def clipped(text: str, length: int) -> str:
    """The text, cut at a blank where it is longer than a program takes."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"
