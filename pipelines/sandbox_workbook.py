"""Reads a workbook in the child process: sheets in order, and every text that a person may have left in it.

Belongs here: which part of the workbook is what. Cells are `sandbox_sheet.py`; what the texts must not hold is
judged by the parent, in `screening*.py`.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib

from pipelines.sandbox_numbers import EPOCH_1904, is_date_format
from pipelines.sandbox_sheet import SheetReader
from pipelines.sandbox_strings import StringsReader
from pipelines.sandbox_xml import ElementReader, Reader, Refused, TextReader, parse

BOOK = "xl/workbook.xml"
_TEXT_ENDINGS = (".xml", ".rels", ".vml")
_SILENT = ("xl/calcchain.xml", "xl/theme/", "[content_types].xml")
_LOOKED_AT = ("xl/workbook.xml", "xl/styles.xml")  # read for other reasons, but not for their texts
_EXTERNAL = ("file:", "\\\\", "//")


class Workbook:
    """An open workbook whose parts are unpacked one by one, never more in all than the limit."""

    def __init__(self, archive: zipfile.ZipFile, job: dict[str, object]) -> None:
        self.archive = archive
        self.limits: dict[str, int] = dict(job["limits"], left=job["limits"]["elements"])  # type: ignore[index, call-overload]
        self.attributes = frozenset(job["attributes"])  # type: ignore[call-overload]
        self.left = self.limits["unpacked"]
        self.names = [info.filename for info in archive.infolist() if not info.is_dir()]
        self.read_parts: set[str] = set()
        self.remarks: list[str] = []

    def parse(self, name: str, reader: Reader) -> None:
        """Sends the events of a part to a reader, and keeps what no program shows."""
        parse(self.part(name), reader)
        self.remarks += reader.remarks

    def part(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            Refused: It is missing, damaged, or more than may be unpacked.
        """
        self.read_parts.add(name)
        try:
            with self.archive.open(name) as handle:
                content = handle.read(self.left + 1)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ):
            raise Refused("L0-cannot-open") from None
        self.left -= len(content)
        if self.left < 0:
            raise Refused("L0-zip-ratio", str(self.limits["unpacked"]))
        return content

    def elements(self, name: str) -> list[tuple[str, dict[str, str]]]:
        """The elements of a part with their attributes."""
        reader = ElementReader(self.limits)
        self.parse(name, reader)
        return reader.elements

    def relations(self, name: str) -> list[tuple[str, str, str, bool]]:
        """What a part refers to: id, last word of the type, target as a part's name, whether it lies outside."""
        folder, file = posixpath.split(name)
        own = f"{folder}/_rels/{file}.rels".lstrip("/")
        if own not in self.names:
            return []
        found = []
        for tag, attributes in self.elements(own):
            if tag == "Relationship":
                target = attributes.get("Target", "")
                outside = attributes.get("TargetMode") == "External"
                inside = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                )
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.append(
                    (attributes.get("Id", ""), kind, target if outside else inside.lstrip("/"), outside)
                )
        return found


def read(book: Workbook) -> dict[str, object]:
    """Sheets and texts of the workbook, ready for JSON.

    Raises:
        Refused: It breaks a limit, or cannot be read.
    """
    main = [target for _, kind, target, _ in book.relations("") if kind == "officeDocument"]
    if main != [BOOK]:
        raise Refused("L0-cannot-open")
    related = book.relations(BOOK)
    targets = {identifier: target for identifier, _, target, _ in related}
    kinds = {kind: target for _, kind, target, _ in related}
    strings = StringsReader(book.limits)
    if "sharedStrings" in kinds:
        book.parse(kinds["sharedStrings"], strings)
    dates = _date_styles(book.elements(kinds["styles"])) if "styles" in kinds else set()
    top = book.elements(BOOK)
    epoch = (
        EPOCH_1904 if any(a.get("date1904") in ("1", "true") for tag, a in top if tag == "workbookPr") else 0
    )
    sheets, texts, used = [], [], set()
    for number, attributes in enumerate(a for tag, a in top if tag == "sheet"):
        target = targets.get(attributes.get("id", ""), "")
        reader = SheetReader(
            strings=strings.strings, dates=dates, epoch=epoch, limits=book.limits, texts=book.attributes
        )
        try:
            book.parse(target, reader)
        except Refused as refused:
            return {"stop": [refused.code, refused.seen, attributes.get("name", "")]}
        used |= reader.used
        sheets.append(_sheet(attributes, reader))
        texts += [["setting", number, name, text] for name, text in reader.texts]
        texts += _comments(book, target, number)
    texts += [["string", None, "", text] for at, text in enumerate(strings.strings) if at not in used]
    texts += _other_texts(book)
    external = _external(book)
    texts += [["part", None, "", text] for text in book.remarks]
    return {"sheets": sheets, "texts": texts, "external": external}


def _sheet(attributes: dict[str, str], reader: SheetReader) -> dict[str, object]:
    hidden = sum(any(a <= column <= b for a, b in reader.hidden_columns) for column in reader.filled_columns)
    return {
        "name": attributes.get("name", ""),
        "state": attributes.get("state", "visible"),
        "rows": reader.rows,
        "formulas": reader.formulas,
        "errors": reader.errors,
        "merged": reader.merged,
        "hidden_rows": reader.hidden_rows,
        "hidden_columns": hidden,
    }


def _date_styles(elements: list[tuple[str, dict[str, str]]]) -> set[int]:
    """The positions of the cell styles that show dates."""
    codes = {a.get("numFmtId", ""): a.get("formatCode", "") for tag, a in elements if tag == "numFmt"}
    tags = [tag for tag, _ in elements]
    first = tags.index("cellXfs") + 1 if "cellXfs" in tags else len(tags)
    found, position = set(), 0
    for tag, attributes in elements[first:]:
        if tag == "xf":
            number = attributes.get("numFmtId", "0")
            if number.isdecimal() and is_date_format(int(number), codes.get(number)):
                found.add(position)
            position += 1
        elif tag not in ("alignment", "protection", "extLst", "ext"):
            break
    return found


def _comments(book: Workbook, sheet: str, number: int) -> list[list[object]]:
    """The texts of the comments that belong to a sheet, each with its cell."""
    found: list[list[object]] = []
    for _, kind, target, outside in book.relations(sheet):
        if kind in ("comments", "threadedComment") and not outside and target not in book.read_parts:
            reader = TextReader(book.limits, book.attributes)
            book.parse(target, reader)
            found += [["comment", number, cell, text] for _, cell, text in reader.texts]
    return found


def _other_texts(book: Workbook) -> list[list[object]]:
    """The texts of all other parts: properties, defined names, drawings, whatever is there."""
    found: list[list[object]] = []
    for name in book.names:
        lowered = name.lower()
        if name in book.read_parts and not lowered.endswith((*_LOOKED_AT, ".rels")):
            continue
        if lowered.startswith(_SILENT) or not lowered.endswith(_TEXT_ENDINGS):
            continue
        reader = TextReader(book.limits, book.attributes)
        book.parse(name, reader)
        kind = "property" if lowered.startswith("docprops/") else "name" if name == BOOK else "part"
        found += [[kind, None, tag, text] for tag, _, text in reader.texts]
    return found


def _external(book: Workbook) -> int:
    """How many parts refer to something outside the workbook; a link that a reader may click is none of them."""
    count = 0
    for name in book.names:
        if name.lower().endswith(".rels"):
            folder, file = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            for _, kind, target, outside in book.relations(owner):
                count += outside and (kind != "hyperlink" or target.lower().startswith(_EXTERNAL))
    return count
