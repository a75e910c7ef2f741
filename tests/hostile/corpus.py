"""The hostile files: what each is, how it is made, and the finding that must refuse it."""

from __future__ import annotations

import os
import socket
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.hostile import builders as b

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
LAUGHS = (
    b"<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Case:
    """A file: its name in the corpus, what makes it below a folder, the finding that it must get."""

    name: str
    code: str
    make: Callable[[Path], Path]
    heavy: bool = False


def _xml(declaration: bytes, part: str, start: bytes) -> Callable[[Path], Path]:
    return lambda path: b.replaced(path / "r.xlsx", part, start, declaration + start)


def _relation(
    kind: str, target: str, part: str = "xl/worksheets/_rels/sheet2.xml.rels"
) -> Callable[[Path], Path]:
    text = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return lambda path: b.with_parts(path / "r.xlsx", {part: text.encode()})


def _part(name: str, content: bytes = b"<x/>") -> Callable[[Path], Path]:
    return lambda path: b.with_parts(path / "r.xlsx", {name: content})


def _named(name: str) -> Callable[[Path], Path]:
    return lambda path: b.zipped(path / "r.zip", b.files() | {name: b"x"})


def _file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        (path / name).write_bytes(content)
        return path / name

    return make


def _book(change: b.Change) -> Callable[[Path], Path]:
    return lambda path: b.book(path / "r.xlsx", change)


def _rows(rows: Callable[[], str]) -> Callable[[Path], Path]:
    return lambda path: b.with_rows(path / "r.xlsx", rows())


def _csv(text: str | bytes) -> Callable[[Path], Path]:
    return lambda path: b.folder(path / "r", b.files(arrests=text))


def _cover(text: str) -> Callable[[Path], Path]:
    return lambda path: b.folder(path / "r", b.files(cover=text))


def _cell(value: str) -> Callable[[Path], Path]:
    return _csv(f"{b.HEADER}\n{b.ROW.replace('jihadist', value)}\n")


def _set(sheet: str, **values: object) -> b.Change:
    def change(work: openpyxl.Workbook) -> None:
        for name, value in values.items():
            setattr(work[sheet], name, value)

    return change


def _put(sheet: str, cell: str, value: str) -> b.Change:
    return lambda work: work[sheet].__setitem__(cell, value)


def _renamed(path: Path, name: str) -> Path:
    return path.rename(path.with_name(name))


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _flagged(path: Path) -> Path:
    content = bytearray(b.zipped(path).read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    return path


def _lying(path: Path) -> Path:
    size = 3_000_000
    content = b.zipped(path, b.files(cover="a: " + "x" * (size - 3))).read_bytes()
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little")))
    return path


def _twice(path: Path) -> Path:
    with zipfile.ZipFile(b.book(path), "a") as archive:
        archive.writestr("xl/Workbook.xml", b"<x/>")
    return path


def _link(target: str, name: str = "cover.yaml") -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        (b.folder(path / "r") / name).unlink(missing_ok=True)
        (path / "r" / name).symlink_to(target)
        return path / "r"

    return make


def _pipe_in_folder(path: Path) -> Path:
    os.mkfifo(b.folder(path / "r") / "convictions.csv")
    return path / "r"


def _pipe(path: Path) -> Path:
    os.mkfifo(path / "r.xlsx")
    return path / "r.xlsx"


def _socket(path: Path) -> Path:
    here = Path.cwd()
    os.chdir(b.folder(path / "r"))  # the path of a socket may have 107 characters
    try:
        socket.socket(socket.AF_UNIX).bind("convictions.csv")
    finally:
        os.chdir(here)
    return path / "r"


def _link_to(target: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        (path / "r.xlsx").symlink_to(target)
        return path / "r.xlsx"

    return make


def _many_strings(path: Path) -> Path:
    """One long text of which every cell is a copy."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}"><si><t>{"x" * 32_000}</t></si></sst>'.encode()
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 24_001))
    content = b.parts(b.book(path / "r.xlsx"))
    related = (
        f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Rel'.encode()
    )
    more = {"xl/sharedStrings.xml": strings, "xl/worksheets/sheet2.xml": b.sheet_xml(cells)}
    more["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(b"</Rel", related)
    return b.zipped(path / "r.xlsx", content | more)


def _decoy(path: Path) -> Path:
    content = b.parts(b.book(path / "r.xlsx"))
    decoy = {"xl/other.xml": content["xl/workbook.xml"]}
    decoy["_rels/.rels"] = content["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/other.xml")
    return b.zipped(path / "r.xlsx", content | decoy)


def _deep(path: Path) -> Path:
    return b.folder(path / "r", b.files() | {"a/b/c/d/e/f/g/convictions.csv": b"x"})


BOMBS = [
    Case(
        "zip bomb, one file",
        "L0-zip-ratio",
        lambda p: b.zipped(p / "r.zip", {"cover.yaml": b"\0" * 9_000_000}),
    ),
    Case("workbook bomb", "L0-zip-ratio", _part("xl/comments1.xml", b" " * 50_000_000), heavy=True),
    Case(
        "unpacks beyond the limit",
        "L0-zip-ratio",
        lambda p: b.zipped(p / "r.zip", {f"{n}.csv": bytes(range(256)) * 60_000 for n in range(5)}),
        heavy=True,
    ),
    Case("a directory that lies about sizes", "L0-cannot-open", lambda p: _lying(p / "r.zip")),
    Case(
        "zip in a zip",
        "L0-nested-archive",
        lambda p: b.zipped(p / "r.zip", b.files() | {"more.zip": b.packed({"x": b"x"})}),
    ),
    Case(
        "zip in a zip, named as a table",
        "L0-nested-archive",
        lambda p: b.zipped(p / "r.zip", b.files(arrests=b.packed({"x": b"x"}))),
    ),
    Case(
        "workbook in a folder",
        "L0-nested-archive",
        lambda p: b.folder(p / "r", b.files() | {"more.xlsx": b.packed({"x": b"x"})}),
    ),
    Case(
        "gzip in a folder",
        "L0-nested-archive",
        lambda p: b.folder(p / "r", b.files() | {"arrests.csv": b"\x1f\x8b\x08\x00" + b"\0" * 20}),
    ),
    Case(
        "301 files",
        "L0-too-many-entries",
        lambda p: b.zipped(p / "r.zip", {f"{n}.csv": b"" for n in range(301)}),
    ),
    Case(
        "60,000 files",
        "L0-too-many-entries",
        lambda p: b.zipped(p / "r.zip", {f"{n}": b"" for n in range(60_000)}, 0),
        heavy=True,
    ),
    Case(
        "entries that share their bytes", "L0-overlapping-entries", lambda p: b.overlapping(p / "r.zip", 250)
    ),
    Case(
        "two entries that share their bytes",
        "L0-overlapping-entries",
        lambda p: b.overlapping(p / "r.zip", 2),
    ),
]
DISGUISES = [
    Case(
        "PDF before the zip", "L0-polyglot", lambda p: b.shifted(p / "r.zip", front=b"%PDF-1.7\n%\xe2\xe3\n")
    ),
    Case(
        "program before the zip",
        "L0-polyglot",
        lambda p: b.shifted(p / "r.zip", front=b"MZ\x90\x00" + b"\0" * 60),
    ),
    Case(
        "web page behind the zip",
        "L0-polyglot",
        lambda p: b.shifted(p / "r.zip", behind=b"<html><script>x</script></html>"),
    ),
    Case(
        "bytes between entries and directory",
        "L0-polyglot",
        lambda p: b.with_gap(p / "r.zip", b"#!/bin/sh\nrm -rf ~\n" * 20),
    ),
    Case("workbook named .zip", "L0-wrong-ending", lambda p: _renamed(b.book(p / "r.xlsx"), "r.zip")),
    Case("zip of tables named .xlsx", "L0-wrong-ending", lambda p: b.zipped(p / "r.xlsx")),
    Case("workbook named .csv", "L0-wrong-ending", lambda p: _renamed(b.book(p / "r.xlsx"), "r.csv")),
    Case(
        "text document named .xlsx",
        "L0-cannot-open",
        lambda p: b.zipped(p / "r.xlsx", {"word/document.xml": b"<x/>", "_rels/.rels": b"<x/>"}),
    ),
    Case(
        "web page named .xlsx",
        "L0-cannot-open",
        _file("r.xlsx", b"<html><table><tr><td>partner</td></tr></table></html>"),
    ),
    Case("table named .xlsx", "L0-cannot-open", _file("r.xlsx", f"{b.HEADER}\n{b.ROW}\n".encode())),
    Case("empty file", "L0-cannot-open", _file("r.xlsx", b"")),
    Case("program", "L0-not-a-return", _file("r.exe", b"MZ\x90\x00")),
    Case("workbook cut off", "L0-cannot-open", lambda p: _cut(b.book(p / "r.xlsx"))),
    Case("zip cut off", "L0-cannot-open", lambda p: _cut(b.zipped(p / "r.zip"))),
    Case("zip with a password", "L0-old-or-encrypted", lambda p: _flagged(p / "r.zip")),
    Case("workbook with a password", "L0-old-or-encrypted", _file("r.xlsx", OLE)),
    Case("old workbook", "L0-old-or-encrypted", _file("r.xls", OLE)),
    Case(
        "entry packed as only few programs can",
        "L0-cannot-open",
        lambda p: b.zipped(p / "r.zip", method=zipfile.ZIP_LZMA),
    ),
    Case("larger than a return", "L0-too-large", _file("r.zip", b"PK\x03\x04" + b"\0" * 20_000_000)),
    Case("main part elsewhere", "L0-cannot-open", _decoy),
]
NAMES = [
    Case(f"name {name!r}", "L0-unsafe-name", _named(name))
    for name in (
        "../cover.yaml", "/etc/cover.yaml", "C:\\cover.yaml", "a\\b.csv", "x/../../y.csv", "CON.csv", "aux", "x/lpt1.csv",
        "arrests.csv.", "nul .csv", "con\u202evsc.exe", "n" * 220 + ".csv", "a\u200b.csv", "arrests.csv::$DATA",
    )
]  # fmt: skip
LINKS = [
    Case(
        "link in a zip",
        "L0-unsafe-name",
        lambda p: b.as_entry(p / "r.zip", stat.S_IFLNK | 0o777, b"/etc/hostname"),
    ),
    Case("pipe in a zip", "L0-unsafe-name", lambda p: b.as_entry(p / "r.zip", stat.S_IFIFO | 0o666, b"")),
    Case("device in a zip", "L0-unsafe-name", lambda p: b.as_entry(p / "r.zip", stat.S_IFCHR | 0o666, b"")),
    Case("link to a file", "L0-unsafe-name", _link("/etc/hostname")),
    Case("link to a folder", "L0-unsafe-name", _link("/etc", "more")),
    Case("link to its own folder", "L0-unsafe-name", _link(".", "more")),
    Case("return that is a link", "L0-not-a-return", _link_to("/etc/hostname")),
    Case("return that is a device", "L0-not-a-return", _link_to("/dev/zero")),
    Case("return that is a pipe", "L0-not-a-return", _pipe),
    Case("pipe in a folder", "L0-special-file", _pipe_in_folder),
    Case("socket in a folder", "L0-special-file", _socket),
    Case("deep folders", "L0-too-deep", _deep),
    Case(
        "the same name in capitals",
        "L0-repeated-entry",
        lambda p: b.folder(p / "r", b.files() | {"Cover.YAML": b"x: y"}),
    ),
    Case(
        "the same name twice in a zip",
        "L0-repeated-entry",
        lambda p: b.zipped(p / "r.zip", b.files() | {"COVER.yaml": b"x: y"}),
    ),
    Case("the same part twice", "L0-repeated-entry", lambda p: _twice(p / "r.xlsx")),
]
ACTIVE = [
    Case("macros by name", "L0-macros", lambda p: _renamed(b.book(p / "r.xlsx"), "r.xlsm")),
    Case("binary workbook", "L0-macros", lambda p: _renamed(b.book(p / "r.xlsx"), "r.xlsb")),
    Case("macros by part", "L0-macros", _part("xl/vbaProject.bin", OLE)),
    Case("macro sheet", "L0-macros", _part("xl/macrosheets/sheet1.xml")),
    Case("control", "L0-macros", _part("xl/activeX/activeX1.bin", b"x")),
    Case("link to a workbook", "L0-external-links", _part("xl/externalLinks/externalLink1.xml")),
    Case("data connection", "L0-external-links", _part("xl/connections.xml")),
    Case("query", "L0-external-links", _part("xl/queryTables/queryTable1.xml")),
    Case("object from outside", "L0-external-links", _relation("oleObject", "https://example.org/x.bin")),
    Case("template from outside", "L0-external-links", _relation("attachedTemplate", "https://example.org/x.xltm")),
    Case("picture from outside", "L0-external-links", _relation("image", "https://example.org/x.png")),
    Case("link to a file share", "L0-external-links", _relation("hyperlink", "\\\\example.org\\share\\x")),
    Case("object", "L0-embedded-files", _part("xl/embeddings/oleObject1.bin", OLE)),
    Case("picture", "L0-embedded-files", _part("xl/media/image1.png", b"\x89PNG")),
    Case("source of a pivot table", "L0-hidden-data", _part("xl/pivotCache/pivotCacheRecords1.xml")),
    Case("log of changes", "L0-hidden-data", _part("xl/revisions/revisionLog1.xml")),
    Case("data model", "L0-hidden-data", _part("xl/model/item.data", b"x")),
    Case("formula", "L0-formula", _book(_put("arrests", "F2", "=7+7"))),
    Case("formula that calls a program", "L0-formula", _book(_put("arrests", "A3", "=cmd|'/c calc'!A1"))),
    Case("hidden sheet", "L0-hidden-sheet", _book(lambda w: setattr(w.create_sheet("x"), "sheet_state", "hidden"))),
    Case("very hidden sheet", "L0-hidden-sheet", _book(_set("arrests", sheet_state="veryHidden"))),
    Case("merged cells", "L0-merged-cells", _book(lambda w: w["arrests"].merge_cells("A2:A3"))),
]  # fmt: skip
XML = [
    Case("billion laughs in a sheet", "L0-xml-entities", _xml(LAUGHS, "xl/worksheets/sheet2.xml", b"<worksheet")),
    Case("billion laughs in the workbook", "L0-xml-entities", _xml(LAUGHS, "xl/workbook.xml", b"<workbook")),
    Case("billion laughs in the texts", "L0-xml-entities", _part("xl/sharedStrings.xml", LAUGHS + b"<sst><si><t>&a11;</t></si></sst>")),
    Case("billion laughs in the properties", "L0-xml-entities", _xml(LAUGHS, "docProps/core.xml", b"<cp:core")),
    Case("entity from outside", "L0-xml-entities", _xml(OUTSIDE, "xl/worksheets/sheet2.xml", b"<worksheet")),
    Case("entity in a part that nobody reads", "L0-xml-entities", _part("customXml/item1.xml", LAUGHS + b"<x>&a11;</x>")),
    Case("declaration in UTF-16", "L0-xml-entities", _part("customXml/item1.xml", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"))),
    Case("sheet cut off", "L0-cannot-open", lambda p: b.replaced(p / "r.xlsx", "xl/worksheets/sheet2.xml", b"</worksheet>", b"<")),
    Case("part missing", "L0-cannot-open", lambda p: b.replaced(p / "r.xlsx", "xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet9.xml")),
    Case("1,048,576 rows", "L0-sheet-too-large", _rows(lambda: "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_048_577))), heavy=True),
    Case("cell in the last row", "L0-sheet-too-large", _book(_put("arrests", "A1048576", "x"))),
    Case("16,384 columns", "L0-sheet-too-large", _book(lambda w: w["arrests"].append([1] * 16_384))),
    Case("cell in the last column", "L0-sheet-too-large", _book(_put("arrests", "XFD1", "x"))),
    Case("wide and sparse", "L0-sheet-too-large", _rows(lambda: "".join(f'<row r="{n}"><c r="GR{n}"><v>1</v></c></row>' for n in range(1, 20_000))), heavy=True),
    Case("more elements than a return has", "L0-sheet-too-large", _rows(lambda: "<row>" + "".join(f"<a/><b c='{n * 7919}'/>" for n in range(510_000)) + "</row>"), heavy=True),
    Case("one text in every cell", "L0-too-much-memory", _many_strings, heavy=True),
    Case("a cell twice", "L0-cannot-open", _rows(lambda: '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')),
    Case("row 0", "L0-cannot-open", _rows(lambda: '<row r="0"><c r="A0"><v>1</v></c></row>')),
    Case("very long attribute", "L0-no-cover", lambda p: b.replaced(p / "r.xlsx", "xl/workbook.xml", b'name="cover"', b'name="x" y="' + b"".join(b"%d " % n for n in range(1_000_000)) + b'"'), heavy=True),
    Case("deep XML", "L0-cannot-open", _rows(lambda: "<a>" * 300_000)),
]  # fmt: skip
TEXTS = [
    Case("NUL bytes", "L0-not-text", _csv(f"{b.HEADER}\n{b.ROW}\n".encode() + b"\0\0\0")),
    Case("quotation mark that does not close", "L0-not-csv", _csv(f'{b.HEADER}\n"{b.ROW}\n' + f"{b.ROW}\n" * 20_000)),
    Case("one long line", "L0-line-too-long", _csv(f"{b.HEADER}\n" + "x" * 5_000_000)),
    Case("one long line of separators", "L0-line-too-long", _csv(f"{b.HEADER}\n" + '"",' * 3_000_000)),
    Case("long line in the cover", "L0-line-too-long", _cover(b.cover_text() + "operations: " + "1" * 40_000)),
    Case("25,001 rows", "L0-sheet-too-large", _csv(f"{b.HEADER}\n" + "\n" * 25_001)),
    Case("more cells than a return has", "L0-sheet-too-large", _csv(f"{b.HEADER}\n" + (",".join("1" * 90) + "\n") * 40_000), heavy=True),
    Case("duplicate header", "L0-repeated-column", _csv(f"{b.HEADER},persons\n{b.ROW},15\n")),
    Case("look-alike letter", "L0-mixed-alphabets", _cell("jih\u0430dist")),
    Case("look-alike letter in a header", "L0-mixed-alphabets", _csv(f"{b.HEADER}\n{b.ROW}\n".replace("persons", "p\u0435rsons"))),
    Case("zero-width space in a code", "L0-invisible-characters", _cell("jihad\u200bist")),
    Case("zero-width joiner in a code", "L0-invisible-characters", _cell("jihad\u200dist")),
    Case("right-to-left override in a code", "L0-invisible-characters", _cell("\u202etsidahij\u202c")),
    Case("right-to-left override in a note", "L0-invisible-characters", _cover(b.with_note("Courts of \u202etsae\u202c only"))),
    Case("look-alike letter on the cover", "L0-mixed-alphabets", _cover(b.cover_text(partner="X\u041aX"))),
    Case("formula in a table", "T1-unknown-code", _cell("=cmd|'/c calc'!A1")),
    Case("deep YAML", "L0-cover-not-yaml", _cover("a: " + "[\n " * 20_000)),
    Case("YAML that grows", "L0-field-form", _cover(b.cover_text() + "operations: &a [x, x]\nproceedings: [*a, *a, *a]\n")),
    Case("YAML that makes objects", "L0-unknown-field", _cover(b.cover_text() + "x: !!python/object/apply:os.system [id]\n")),
    Case("long cover", "L0-too-large", _cover(b.cover_text() + "# x\n" * 20_000)),
    Case("large file beside the tables", "L0-too-large", lambda p: b.folder(p / "r", b.files() | {"contribution.md": b"x\n" * 200_000})),
    Case("more text than can be screened", "L0-too-much-text", lambda p: b.folder(p / "r", b.files() | {f"{n}.txt": "".join(f"{k}.{k}.{n} x\n" for k in range(10_000)).encode() for n in range(3)})),
    Case("six paragraphs", "L0-contribution-too-long", lambda p: b.folder(p / "r", b.files() | {"contribution.md": b"# x\ny\n" * 6})),
    Case("24,000 words that are no codes", "T1-unknown-code", _csv(f"{b.HEADER}\n" + "".join(f"w{n}x,_T,_T,_T,_T,1,\n" for n in range(24_000))), heavy=True),
    Case("wrong in every cell", "L0-too-many-faults", _csv(f"{b.HEADER},,\n" + "x,y,z,u,v,w,t,s,r\n" * 24_900), heavy=True),
    Case("one row many times", "T1-repeated-row", _csv(f"{b.HEADER}\n" + f"{b.ROW}\n" * 24_900), heavy=True),
]  # fmt: skip
CORPUS = [*BOMBS, *DISGUISES, *NAMES, *LINKS, *ACTIVE, *XML, *TEXTS]
