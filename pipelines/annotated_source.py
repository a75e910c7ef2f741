"""The workbook that is marked: the partner's own as it is, or one made of the partner's CSV files.

Belongs here: loading without loss, and where a finding's place lies in the workbook. Nothing of the original is
changed; what openpyxl leaves out when it loads (drop-downs that Excel keeps in an extension) is put back.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from data_contracts.model import Catalog
from pipelines.annotated_csv import MOMENT, book_of_texts
from pipelines.errors import AnnotationError
from pipelines.places import Address, Header

# What openpyxl raises on workbooks that other programs write and it does not know.
BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    zipfile.BadZipFile,
    ParseError,
)
PROPERTIES = "docProps/core.xml"
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FLAGS = ("allowBlank", "showInputMessage", "showErrorMessage", "showDropDown")
_TEXTS = ("type", "operator", "errorStyle", "errorTitle", "error", "promptTitle", "prompt")


@dataclass(frozen=True)
class Source:
    """The workbook to mark; `headers` by sheet, `fields` the row of each field of the cover, if it was made here."""

    book: Any
    headers: Mapping[str, Header]
    fields: Mapping[str, str] = field(default_factory=dict)

    def cells(self, address: Address) -> list[tuple[str, str]]:
        """The cells that an address stands for, as sheet and reference; a whole row where no column is named."""
        if address.sheet not in self.headers and (address.name or "") in self.fields:
            sheet, _, cell = self.fields[address.name or ""].partition("!")
            return [(sheet, cell)]
        sheet = address.sheet or ""
        if sheet not in self.book.sheetnames:
            return []
        header = self.headers.get(sheet)
        row = address.row or (header.row if header and address.letters else None)
        if row is None:
            return []
        known = (
            sorted(set(header.letters.values()), key=lambda letters: (len(letters), letters))
            if header
            else ["A"]
        )
        return [(sheet, f"{letters}{row}") for letters in ([address.letters] if address.letters else known)]


def source_of(path: Path, *, headers: Mapping[str, Header], catalog: Catalog) -> Source:
    """The workbook of a return that could be read.

    Raises:
        AnnotationError: openpyxl cannot load it, although it can be read as a return.
    """
    if path.is_dir() or path.suffix.lower() == ".zip":
        book, fields = book_of_texts(path, catalog=catalog)
        return Source(book, headers, fields)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, only the drop-downs matter here
            book = openpyxl.load_workbook(path)
        for sheet, rule in _left_out(path):
            book[sheet].add_data_validation(rule)
        _date(path, book)
    except BROKEN as error:
        raise cannot_be_written() from error
    return Source(book, headers)


def cannot_be_written() -> AnnotationError:
    """That openpyxl cannot load a workbook, or write it again, although it can be read as a return."""
    return AnnotationError(
        "the workbook holds something that cannot be written again. Open it, save it under a new name, and check "
        "that; or ask for --format html."
    )


def _date(path: Path, book: Any) -> None:
    """Gives a workbook without dates one that says nothing; openpyxl would take the clock's."""
    with zipfile.ZipFile(path) as archive:
        dates = archive.read(PROPERTIES) if PROPERTIES in archive.namelist() else b""
    for name in ("created", "modified"):
        if f":{name}".encode() not in dates:
            setattr(book.properties, name, MOMENT)


def _left_out(path: Path) -> Iterator[tuple[str, DataValidation]]:
    """The validations of each sheet that stand in Excel's extension, as Excel writes lists of another sheet."""
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(path) as archive:
        for name, part in _parts(archive):
            content = archive.read(part)
            if b"spreadsheetml/2009/9/main" in content:
                for rule in fromstring(content).iter(f"{_X14}dataValidation"):
                    yield name, _validation(rule)


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and its part of the file."""
    from defusedxml.ElementTree import fromstring

    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {str(relation.get("Id")): str(relation.get("Target")) for relation in relations}
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            target = targets[str(element.get(_RELATION))]
            yield str(element.get("name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _validation(rule: Element) -> DataValidation:
    """A validation of the extension as an ordinary one; programs have read lists of another sheet there since 2010."""
    values: dict[str, Any] = {name: rule.get(name) for name in _TEXTS if rule.get(name) is not None}
    values |= {name: rule.get(name) in ("1", "true") for name in _FLAGS}
    for name in ("formula1", "formula2"):
        values[name] = rule.findtext(f"{_X14}{name}/{_XM}f")
    return DataValidation(sqref=rule.findtext(f"{_XM}sqref") or "", **values)
