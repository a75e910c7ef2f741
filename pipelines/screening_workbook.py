"""The texts of a workbook: cells of sheets that are no tables, comments, properties, names, whatever else is in it.

Belongs here: where each text that the child process hands back stands, in words. The creator and the last editor,
whom Excel writes down by itself, are screened for patterns like all else; a name alone is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from data_contracts.model import Catalog
from pipelines.findings import Finding, Place, echo
from pipelines.sandbox_sheet import column_letters, column_number
from pipelines.screening import Screening

PROPERTIES = "workbook properties"
NAMES = "names in the workbook"
SHEET_NAMES = "sheet names"
HIDDEN_TEXT = "text that no sheet shows"
_OF_WHOLE = {"property": PROPERTIES, "name": NAMES, "string": HIDDEN_TEXT, "part": HIDDEN_TEXT}
_PRINTED = ("Header", "Footer")
_PRINT_CODE = re.compile(
    r'&(?:"[^"]*"|K[0-9A-F]{6}|[A-Z])'
)  # &C before what stands in the middle of a header
_OF_SHEET = {"comment", "setting"}


def screen_workbook(
    sheets: Sequence[Mapping[str, object]],
    texts: Iterable[Sequence[object]],
    *,
    tables: Iterable[str],
    catalog: Catalog,
) -> list[Finding]:
    """The findings of a workbook as the child hands it back; the cells of `tables` are screened apart."""
    screening = Screening(catalog)
    names = [str(sheet["name"]) for sheet in sheets]
    for number, name in enumerate(names, start=1):
        screening.text(name, Place(sheet=SHEET_NAMES, row=number))
    for kind, sheet, detail, text in texts:
        if text in names:
            continue
        place = _place(str(kind), sheet, str(detail), names)
        shown = _PRINT_CODE.sub(" ", str(text)) if str(detail).endswith(_PRINTED) else str(text)
        for line in shown.splitlines():
            screening.text(line.strip(), place)
    for sheet, name in zip(sheets, names, strict=True):
        if name not in tables:
            screen_rows(sheet["rows"], echo(name), screening=screening)  # type: ignore[arg-type]
    return screening.findings()


def screen_rows(rows: Sequence[Sequence[str]], sheet: str, *, screening: Screening) -> None:
    """Screens the rows of a sheet that is no table."""
    columns = [column_letters(number + 1) for number in range(max(map(len, rows), default=0))]
    for number, cells in enumerate(rows, start=1):
        plain = [" ".join(cell.split()) for cell in cells]
        screening.row(plain, Place(sheet=sheet, row=number), columns)


def _place(kind: str, sheet: object, detail: str, names: Sequence[str]) -> Place:
    """Where a text stands; `detail` is a cell's reference or the name of a property or setting.

    Raises:
        KeyError: The child hands back a kind that is not known here.
    """
    if kind not in _OF_SHEET:
        return Place(sheet=_OF_WHOLE[kind], column=echo(detail) if kind == "property" else None)
    name = echo(names[sheet]) if isinstance(sheet, int) and sheet < len(names) else None
    digits = detail.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = column_letters(column_number(detail)) or None
    if kind == "comment" and digits.isdecimal():
        return Place(sheet=name, row=int(digits), column=column)
    return Place(sheet=name)
