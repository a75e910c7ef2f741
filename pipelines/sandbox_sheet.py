"""Reads the XML of one sheet in the child process: cells as text, and what beside plain values stands in it.

Belongs here: rows, cells, formulas, merged cells, hidden rows and columns. Imports the standard library only, and
of that only what starts fast: the child is started for every workbook. What the parts of a workbook are is
`sandbox_workbook.py`; the refusal of DTDs and entities is in `sandbox_xml.py`.
"""

from __future__ import annotations

from pipelines.sandbox_numbers import as_text
from pipelines.sandbox_strings import unescaped
from pipelines.sandbox_xml import Reader, Refused, attribute_texts

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRUE = ("1", "true")
_SHOWN_AS_TEXT = ("str", "inlineStr", "e", "d")


def column_letters(number: int) -> str:
    """The letters of a column's number, 1 for A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = _LETTERS[rest] + letters
    return letters


def column_number(reference: str) -> int:
    """The number of the column of a cell's reference, 1 for A; 0 where it has no letters."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


class SheetReader(Reader):
    """Takes the events of one sheet; after `read`, its attributes say what the sheet holds.

    `rows` is dense from row 1 on; each row ends with its last cell that has content.
    """

    def __init__(
        self,
        *,
        strings: list[str],
        dates: set[int],
        epoch: int,
        limits: dict[str, int],
        texts: frozenset[str],
    ) -> None:
        super().__init__(limits)
        self.strings, self.dates, self.epoch, self.attributes = strings, dates, epoch, texts
        self.rows: list[list[str]] = []
        self.used: set[int] = set()
        self.formulas: dict[str, list[int]] = {}
        self.errors: list[tuple[int, str]] = []
        self.merged: list[tuple[int, str]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.hidden_rows = 0
        self.texts: list[tuple[str, str]] = []
        self.filled_columns: set[int] = set()
        self._row = self._column = 0
        self._hidden = self._in_data = self._formula = False
        self._cell: tuple[str, int] | None = None
        self._parts: list[str] = []
        self._taking = False
        self._phonetic = 0
        self._value: str | None = None
        self._outside: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count()
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if self._cell is not None:
            if name in ("v", "t", "f"):
                self._taking, self._parts = self._phonetic == 0, []
            elif name == "rPh":
                self._phonetic += 1
        elif self._in_data and name == "c":
            self._begin_cell(attributes)
        elif self._in_data and name == "row":
            self._row = self._number(attributes.get("r"), self._row + 1)
            self._column, self._hidden = 0, attributes.get("hidden") in _TRUE
        else:
            self._setting(name, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if self._cell is not None:
            if name == "c":
                self._end_cell()
            elif name == "rPh":
                self._phonetic -= 1
            elif self._taking and name in ("v", "t", "f"):
                self._take(name, "".join(self._parts))
        elif name == "sheetData":
            self._in_data = False
        elif self._outside:
            self.texts.append((name, "".join(self._outside)))
            self._outside = []

    def data(self, text: str) -> None:
        """Text between elements."""
        if self._taking:
            self._parts.append(text)
        elif self._cell is None and not self._in_data and not text.isspace():
            self._outside.append(text)

    def _number(self, written: str | None, following: int) -> int:
        number = int(written) if written is not None and written.isdecimal() else following
        if number < 1:
            raise Refused("L0-cannot-open")
        return number

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column = column_number(attributes.get("r", "")) or self._column + 1
        style = attributes.get("s", "0")
        self._cell = (attributes.get("t", "n"), int(style) if style.isdecimal() else 0)
        self._value, self._formula = None, False

    def _take(self, name: str, text: str) -> None:
        self._taking = False
        if name == "f":
            self._formula = True
            self.texts.append(("formula", text))
        else:
            self._value = (self._value or "") + (unescaped(text) if name == "t" else text)

    def _end_cell(self) -> None:
        kind, style = self._cell or ("n", 0)
        self._cell = None
        if self._value is None and not self._formula:
            return
        for number, most in ((self._row, "rows"), (self._column, "columns")):
            if number > self.limits[most]:
                raise Refused("L0-sheet-too-large", str(number))
        if self._formula:
            self.formulas.setdefault(column_letters(self._column), []).append(self._row)
        elif kind == "e":
            self.errors.append((self._row, column_letters(self._column)))
        self.hidden_rows += self._hidden
        self._hidden = False
        self.filled_columns.add(self._column)
        self._keep(self._text(kind, style, self._value or ""))

    def _keep(self, text: str) -> None:
        """Puts a cell's text in its place; a cell that stands there twice has no meaning."""
        while len(self.rows) < self._row:
            self.rows.append([])
        row = self.rows[self._row - 1]
        missing = self._column - len(row)
        if missing <= 0 and row[self._column - 1]:
            raise Refused("L0-cannot-open")
        self.limits["cells"] -= max(missing, 0)
        if self.limits["cells"] < 0:
            raise Refused("L0-sheet-too-large", str(self._row))
        row.extend([""] * missing)
        row[self._column - 1] = text

    def _text(self, kind: str, style: int, value: str) -> str:
        if kind == "s":
            position = int(value) if value.strip().isdecimal() else -1
            if not 0 <= position < len(self.strings):
                raise Refused("L0-cannot-open")
            self.used.add(position)
            return self.strings[position]
        if kind == "b":
            return "true" if value.strip() in _TRUE else "false"
        if kind in _SHOWN_AS_TEXT:
            return value
        return as_text(value, date=style in self.dates, epoch=self.epoch)

    def _setting(self, name: str, attributes: dict[str, str]) -> None:
        """What stands outside the cells: merged ranges, hidden columns, texts of settings."""
        if name == "sheetData":
            self._in_data = True
        elif name == "mergeCell":
            first = attributes.get("ref", "").partition(":")[0]
            digits = first.lstrip(_LETTERS)
            if digits.isdecimal():
                self.merged.append((int(digits), column_letters(column_number(first))))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.hidden_columns.append((int(first), int(last)))
        if attributes:
            self.texts += attribute_texts(attributes, self.attributes)
