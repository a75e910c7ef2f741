"""The places of a return in which personal data may stand: how each is made, and where the finding must say it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.hostile import builders as b

Make = Callable[[Path, str], Path]


@dataclass(frozen=True)
class Where:
    """A place: its name, what puts a text there, and sheet, row, column of the finding."""

    name: str
    make: Make
    sheet: str | None
    row: int | None = None
    column: str | None = None


def _book(change: Callable[[openpyxl.Workbook, str], object]) -> Make:
    return lambda path, text: b.book(path / "r.xlsx", lambda work: change(work, text))


def _put(sheet: str, cell: str) -> Make:
    def change(work: openpyxl.Workbook, text: str) -> None:
        if sheet not in work.sheetnames:
            work.create_sheet(sheet)
        work[sheet][cell] = text

    return _book(change)


def _comment(work: openpyxl.Workbook, text: str) -> None:
    work["arrests"]["C2"].comment = Comment(text, "x")


def _comment_author(work: openpyxl.Workbook, text: str) -> None:
    work["arrests"]["C2"].comment = Comment("x", text)


def _prompt(work: openpyxl.Workbook, text: str) -> None:
    rule = DataValidation(type="whole", operator="greaterThan", formula1="0", prompt=text, promptTitle="x")
    work["arrests"].add_data_validation(rule)
    rule.add("F2")


def _link(work: openpyxl.Workbook, text: str) -> None:
    work["cover"]["D1"] = "write to us"
    work["cover"]["D1"].hyperlink = f"mailto:{text}"


def _defined(work: openpyxl.Workbook, text: str) -> None:
    work.defined_names["x"] = DefinedName("x", attr_text="cover!$A$1", comment=text)


def _constant(work: openpyxl.Workbook, text: str) -> None:
    work.defined_names["x"] = DefinedName("x", attr_text=f'"{text}"')


def _custom(work: openpyxl.Workbook, text: str) -> None:
    work.custom_doc_props.append(StringProperty(name="Contact", value=text))


def _property(name: str) -> Make:
    return _book(lambda work, text: setattr(work.properties, name, text))


def _footer(work: openpyxl.Workbook, text: str) -> None:
    work["cover"].oddFooter.center.text = text.replace("&", "and")


def _format(work: openpyxl.Workbook, text: str) -> None:
    work["cover"]["B2"].number_format = f'0 "{text}"'


def _formula(work: openpyxl.Workbook, text: str) -> None:
    work["arrests"]["H2"] = f'="{text}"'


def _part(name: str, before: str, behind: str) -> Make:
    return lambda path, text: b.with_parts(
        path / "r.xlsx", {name: f"{before}{escape(text)}{behind}".encode()}
    )


def _runs(path: Path, text: str) -> Path:
    """A text of which every letter is a run of its own."""
    runs = "".join(f"<r><t>{escape(letter)}</t></r>" for letter in text)
    row = f'<row r="1"><c r="A1" t="inlineStr"><is>{runs}</is></c></row>'
    return b.with_parts(path / "r.xlsx", {"xl/worksheets/sheet2.xml": b.sheet_xml(row)})


def _escaped(path: Path, text: str) -> Path:
    written = "".join(f"_x{ord(letter):04X}_" for letter in text)
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{written}</t></is></c></row>'
    return b.with_parts(path / "r.xlsx", {"xl/worksheets/sheet2.xml": b.sheet_xml(row)})


def _remark(path: Path, text: str) -> Path:
    return b.replaced(
        path / "r.xlsx", "xl/worksheets/sheet2.xml", b"<sheetData>", f"<!-- {text} --><sheetData>".encode()
    )


def _sheet_name(work: openpyxl.Workbook, text: str) -> None:
    work.create_sheet(text[:31])


def _folder(name: str, before: str = "", behind: str = "") -> Make:
    return lambda path, text: b.folder(path / "r", b.files() | {name: f"{before}{text}{behind}".encode()})


def _csv(change: Callable[[str], str]) -> Make:
    return lambda path, text: b.folder(path / "r", b.files(arrests=change(text)))


def _unclosed(text: str) -> str:
    return f'{b.HEADER}\n{b.ROW}\n"{text},_T\n'


def _cell(position: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        cells = b.ROW.split(",")
        cells[position] = '"' + text.replace('"', '""') + '"'
        return f"{b.HEADER}\n{','.join(cells)}\n"

    return change


def _encoded(name: str) -> Make:
    return lambda path, text: b.folder(
        path / "r", b.files() | {"contribution.txt": f"x\n{text}".encode(name)}
    )


HIDDEN, PROPERTIES = "text that no sheet shows", "workbook properties"
IN_WORKBOOKS = [
    Where("a field of the cover", _put("cover", "B5"), "cover", 5, "B"),
    Where("explanation beside the cover", _put("cover", "E9"), "cover", 9, "E"),
    Where("a cell of a table", _put("arrests", "C2"), "arrests", 2, "C"),
    Where("a count", _put("arrests", "F2"), "arrests", 2, "F"),
    Where("a header", _put("arrests", "H1"), "arrests", 1, "H"),
    Where("beside a table", _put("arrests", "K7"), "arrests", 7, "K"),
    Where("the contribution", _put("contribution", "B7"), "contribution", 7, "B"),
    Where("the example", _put("example", "A40"), "example", 40, "A"),
    Where("the reference sheet", _put("reference", "C3"), "reference", 3, "C"),
    Where("an unknown sheet", _put("notes", "A1"), "text (not repeated)", 1, "A"),
    Where("a comment", _book(_comment), "arrests", 2, "C"),
    Where("the author of a comment", _book(_comment_author), "arrests"),
    Where("an input message", _book(_prompt), "arrests"),
    Where("a footer", _book(_footer), "cover"),
    Where("a comment on a defined name", _book(_defined), "names in the workbook"),
    Where("a defined constant", _book(_constant), "names in the workbook"),
    Where("the name of a sheet", _book(_sheet_name), "sheet names", 3),
    Where("the author", _property("creator"), PROPERTIES, None, "creator"),
    Where("the last editor", _property("lastModifiedBy"), PROPERTIES, None, "lastModifiedBy"),
    Where("the title", _property("title"), PROPERTIES, None, "title"),
    Where("the keywords", _property("keywords"), PROPERTIES, None, "keywords"),
    Where("a property of the sender's own", _book(_custom), PROPERTIES, None, "text (not repeated)"),
    Where("a number format", _book(_format), HIDDEN),
    Where("a formula", _book(_formula), "arrests"),
    Where("a text box", _part("xl/drawings/drawing1.xml", "<d><t>", "</t></d>"), HIDDEN),
    Where("the names of persons", _part("xl/persons/person.xml", '<p><person displayName="', '"/></p>'), HIDDEN),
    Where("a part of a program's own", _part("customXml/item1.xml", "<x>", "</x>"), HIDDEN),
    Where("a shared text that no cell shows", _part("xl/sharedStrings.xml", "<sst><si><t>", "</t></si></sst>"), HIDDEN),
    Where("a remark in the XML", _remark, HIDDEN),
    Where("runs of one letter", _runs, "arrests", 1, "A"),
    Where("letters written as numbers", _escaped, "arrests", 1, "A"),
]  # fmt: skip
IN_FILES = [
    Where("a note", lambda path, text: b.folder(path / "r", b.files(cover=b.with_note(text))), "cover.yaml"),
    Where("the contact point", lambda path, text: b.folder(path / "r", b.files(cover=b.cover_text().replace("Statistics unit", f"Statistics unit {text}"))), "cover.yaml", 5),
    Where("a comment on the cover", lambda path, text: b.folder(path / "r", b.files(cover=b.cover_text(f"# {text}\n"))), "cover.yaml"),
    Where("an unknown field", lambda path, text: b.folder(path / "r", b.files(cover=b.cover_text(f'person: "{text}"\n'))), "cover.yaml"),
    Where("a cover that is no YAML", lambda path, text: b.folder(path / "r", b.files(cover=f"a: [\n{text}\n")), None),
    Where("a code in a table", _csv(_cell(2)), "arrests", 2, "C"),
    Where("a count in a table", _csv(_cell(5)), "arrests", 2, "F"),
    Where("a further column", _csv(lambda text: f"{b.HEADER},note\n{b.ROW},\"{text}\"\n"), "arrests", 2, "H"),
    Where("the header of a table", _csv(lambda text: f"{b.HEADER},\"{text}\"\n{b.ROW},\n"), "arrests", 1, "H"),
    Where("a line before the header", _csv(lambda text: f"# {text}\n{b.HEADER}\n{b.ROW}\n"), "arrests", 1, "A"),
    Where("a table that cannot be read", _csv(_unclosed), "arrests.csv", 3),
    Where("the contribution", _folder("contribution.md", "# Situation\n\nAsk "), "contribution.md", 3),
    Where("the contribution in windows-1250", _encoded("windows-1250"), "contribution.txt", 2),
    Where("the contribution in UTF-16", _encoded("utf-16"), "contribution.txt", 2),
    Where("an unknown file", _folder("list.txt"), "text (not repeated)", 1),
    Where("a file of the system", _folder(".DS_Store", "\x00\x01"), ".DS_Store"),
    Where("a folder of the system", _folder("__MACOSX/x"), "text (not repeated)"),
    Where("the name of a file", lambda path, text: b.folder(path / "r", b.files() | {f"{text}.txt": b"x"}), "file name"),
    Where("the name of an entry", lambda path, text: b.zipped(path / "r.zip", b.files() | {f"{text}/x.txt": b"x"}), "file name"),
    Where("the name of the return", lambda path, text: b.zipped(path / f"{text}.zip"), "file name"),
    Where("the name of a workbook", lambda path, text: b.book(path / f"XKX_{text}_2025.xlsx"), "file name"),
]  # fmt: skip
LINK = Where("a link", _book(_link), HIDDEN)
