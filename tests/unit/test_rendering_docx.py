"""The Word report: fields, bookmarks, captions, tables and running lines are real, and the same each time."""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, Twips
from docx.table import Table
from docx.text.paragraph import Paragraph

from report.rendering import tree
from report.rendering.document import Document, for_format, heading_number, picture, read_document
from report.rendering.docx import write_docx
from report.rendering.docx_markup import SIDEWAYS_WIDTH, TEXT_WIDTH
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript, execute
from report.rendering.images import draw, rasterised, write_data
from report.rendering.source import Line, read_source
from report.rendering.words import FONTS
from tests.unit.fixtures.tiny_report import tiny_content

PROJECT = Path(tiny_content.__file__).parent
METADATA = {
    "title": "Terrorism <in> the region & around it",
    "subtitle": "What partners reported for 2025",
    "region": "Region of Šćepan",
    "language": "en",
    "date": "2026-03-15",
    "edition_mark": "Demonstration data: invented figures",
    "footnote": "* This designation is without prejudice to positions on status.",
}
LETTERS = ["Šćepan", "Ђорђе", "Ќирил", "Çlirim", "Kosovo*"]
BOX = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="{}"><rect width="80" height="20"/></svg>'


@dataclass(frozen=True)
class Written:
    """A written report, and the document that it was written from."""

    path: Path
    document: Document

    @property
    def word(self) -> WordFile:
        return docx.Document(str(self.path))

    def part(self, name: str) -> str:
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name).decode()

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(self.path) as archive:
            return archive.namelist()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The tiny report with its figures drawn, written once."""
    release = tmp_path_factory.mktemp("release")
    draw(tiny_content.figures(), release / "figures")
    for name, (header, rows) in tiny_content.data().items():
        write_data(release / "figures" / f"{name}.csv", header, rows)
    source = read_source(PROJECT, METADATA)
    manuscript = execute(source, PROJECT, environment={"PYTHONPATH": str(PROJECT)})
    document = read_document(manuscript, [release, PROJECT], static=True)
    return Written(write_docx(document, release), document)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Writes a few lines of Markdown, with a box of 80 by 20 at hand as `figures/box.svg`."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "box.svg").write_text(BOX.format(20), encoding="utf-8")

    def written(text: str, **metadata: str) -> Written:
        lines = tuple(Line(line, f"index.qmd:{number}") for number, line in enumerate(text.splitlines(), 1))
        document = read_document(Manuscript(lines, {**METADATA, **metadata}), [tmp_path], static=True)
        return Written(write_docx(document, tmp_path), document)

    return written


def text_of(element: Any) -> str:
    return "".join(item.text or "" for item in element.iter(qn("w:t")))


def paragraphs(written: Written, *styles: str) -> list[Any]:
    found = written.word.element.body.iter(qn("w:p"))
    return [element for element in found if element.style in styles]


def fields(element: Any) -> Iterator[tuple[str, str]]:
    """Each field below an element: its instruction and the result that stands in the file."""
    code, shown, stage = "", "", ""
    for item in element.iter(qn("w:fldChar"), qn("w:instrText"), qn("w:t")):
        if item.tag == qn("w:fldChar"):
            stage = item.get(qn("w:fldCharType"))
            if stage == "begin":
                code, shown = "", ""
            elif stage == "end":
                yield code.strip(), shown
        elif item.tag == qn("w:instrText"):
            code += item.text
        elif stage == "separate":
            shown += item.text


def bookmarks(element: Any) -> dict[str, str]:
    """The words that each bookmark of a paragraph holds."""
    found: dict[str, str] = {}
    for start in element.iter(qn("w:bookmarkStart")):
        words = ""
        for item in start.itersiblings():
            if item.tag == qn("w:bookmarkEnd") and item.get(qn("w:id")) == start.get(qn("w:id")):
                break
            words += text_of(item)
        found[start.get(qn("w:name"))] = words
    return found


def table(written: Written, identifier: str) -> Table:
    """The table of this name."""
    names = [name for name, label in written.document.labels.items() if label.kind == "tbl"]
    return written.word.tables[names.index(identifier)]


def nodes(written: Written, kind: str) -> list[dict[str, Any]]:
    """The document's nodes of a kind, without what only other formats show."""
    return [node for node in tree.walk(for_format(written.document, "docx")) if node["t"] == kind]


def references(written: Written) -> list[str]:
    """The names that the document refers to, once for each reference."""
    links = [node for node in nodes(written, "Link") if "xref" in tree.attributes(node)[1]]
    return [node["c"][2][0].removeprefix("#") for node in links]


def body_and_notes(written: Written) -> list[Any]:
    word = written.word
    notes = next(part for part in word.part.package.iter_parts() if part.partname.endswith("footnotes.xml"))
    return [word.element.body, parse_xml(notes.blob)]


def test_captions_carry_the_numbers_of_the_document(report: Written) -> None:
    captions = paragraphs(report, "ImageCaption", "TableCaption")
    labels = [label for label in report.document.labels.values() if label.kind in {"fig", "tbl"}]
    assert [text_of(caption).split(":")[0] for caption in captions] == [label.shown for label in labels]
    assert [list(fields(caption)) for caption in captions] == [
        [(f"SEQ {report.document.words[label.kind]} \\* ARABIC", label.number)] for label in labels
    ]


def test_captions_stand_above_tables_and_below_figures(report: Written) -> None:
    for caption in paragraphs(report, "TableCaption"):
        assert caption.getnext().tag == qn("w:tbl")
    for caption in paragraphs(report, "ImageCaption"):
        assert caption.getprevious().style == "CaptionedFigure"


def test_what_belongs_together_stays_on_one_page(report: Written) -> None:
    styles = {style.style_id: style for style in report.word.styles}
    assert styles["TableCaption"].paragraph_format.keep_with_next
    assert styles["Figure"].paragraph_format.keep_with_next
    assert styles["CaptionedFigure"].base_style == styles["Figure"]
    for name, kept in (("tbl-arrests", {0, 1, 2, 3, 4}), ("tbl-long", {0, 1, 2, 58, 59})):
        for number, row in enumerate(table(report, name).rows):
            together = {bool(cell.paragraphs[0].paragraph_format.keep_with_next) for cell in row.cells}
            assert together == {number in kept}, (name, number)


def test_every_link_and_field_leads_to_a_bookmark(report: Written) -> None:
    body, notes = body_and_notes(report)
    starts = list(body.iter(qn("w:bookmarkStart")))
    names = [start.get(qn("w:name")) for start in starts]
    numbers = [start.get(qn("w:id")) for start in starts]
    assert len(set(names)) == len(names)
    assert len(set(numbers)) == len(numbers)
    assert sorted(numbers) == sorted(end.get(qn("w:id")) for end in body.iter(qn("w:bookmarkEnd")))
    anchors = {link.get(qn("w:anchor")) for part in (body, notes) for link in part.iter(qn("w:hyperlink"))}
    targets = {
        code.split()[1] for part in (body, notes) for code, _ in fields(part) if code.startswith("REF ")
    }
    assert len(targets) == len(set(references(report))) > 5
    assert targets | anchors - {None} <= set(names)


def test_references_say_what_their_bookmark_holds(report: Written) -> None:
    body, notes = body_and_notes(report)
    held = {name: words for element in body.iter(qn("w:p")) for name, words in bookmarks(element).items()}
    shown = [(code.split(), words) for part in (body, notes) for code, words in fields(part)]
    found = [(code, words) for code, words in shown if code[0] == "REF"]
    numbers = {label.number for label in report.document.labels.values() if label.kind == "sec"}
    assert len(found) == len(references(report)) > 5
    for code, words in found:
        assert words == held[code[1]] if "\\r" not in code else words in numbers


def test_pictures_say_in_words_what_they_show(report: Written) -> None:
    described = [item.get("descr") for item in report.word.element.body.iter(qn("wp:docPr"))]
    assert described == [picture(node).alt for node in nodes(report, "Figure")]
    assert tiny_content.WORDS["attacks"][1] in described


def test_the_same_report_gives_the_same_bytes(report: Written, tmp_path: Path) -> None:
    again = write_docx(report.document, tmp_path)
    assert again.read_bytes() == report.path.read_bytes()
    with zipfile.ZipFile(again) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]


def test_properties_come_from_the_edition(report: Written) -> None:
    properties = report.word.core_properties
    assert (properties.title, properties.subject) == (METADATA["title"], METADATA["subtitle"])
    assert (properties.author, properties.language) == (METADATA["region"], "en-GB")
    assert properties.created == properties.modified == datetime(2026, 3, 15, tzinfo=UTC)
    assert 'w:lang w:bidi="ar-SA" w:eastAsia="en-GB" w:val="en-GB"' in report.part("word/styles.xml")


def test_every_page_carries_mark_footnote_and_number(report: Written) -> None:
    section = report.word.sections[0]
    assert section.different_first_page_header_footer
    for header in (section.header, section.first_page_header):
        assert METADATA["edition_mark"] in text_of(header._element)
    for footer in (section.footer, section.first_page_footer):
        assert METADATA["footnote"] in text_of(footer._element)
    assert METADATA["title"] in text_of(section.header._element)
    assert [code for code, _ in fields(section.footer._element)] == ["PAGE", "NUMPAGES"]
    assert len([name for name in report.names if re.match(r"word/(header|footer)", name)]) == 4


def test_an_edition_without_mark_has_none(write: Any) -> None:
    written = write("# Words\n\nText.", edition_mark="", footnote="")
    headers = "".join(written.part(name) for name in written.names if name.startswith("word/header"))
    assert "EditionMark" not in headers
    assert METADATA["title"].split()[0] in headers


def test_the_cover_names_region_title_subtitle_and_date(report: Written) -> None:
    cover = paragraphs(report, "CoverRegion", "Title", "Subtitle", "Date")
    shown = [METADATA["region"], METADATA["title"], METADATA["subtitle"], report.document.shown_date]
    assert [text_of(line) for line in cover] == shown


def test_the_contents_are_filled_in_and_lead_to_the_headings(report: Written) -> None:
    contents = next(report.word.element.body.iter(qn("w:sdt")))
    assert contents.find(f".//{qn('w:docPartGallery')}").get(qn("w:val")) == "Table of Contents"
    assert [code for code, _ in fields(contents)] == ['TOC \\o "1-2" \\h \\z \\u']
    entries = [item for item in contents.iter(qn("w:p")) if (item.style or "").startswith("TOC")]
    shown = [node for node in nodes(report, "Header") if node["c"][0] <= 2]
    numbers = [heading_number(report.document, node) for node in shown]
    words = [tree.plain_text(node["c"][2]) for node in shown]
    assert [text_of(entry) for entry in entries] == [
        "Contents",
        *map("".join, zip(numbers, words, strict=True)),
    ]
    assert {"2.1Attacks", "Sources"} < {text_of(entry) for entry in entries}
    headings = {
        name: words
        for element in paragraphs(report, "Heading1", "Heading2")
        for name, words in bookmarks(element).items()
    }
    for entry in entries[1:]:
        link = entry.find(qn("w:hyperlink"))
        assert text_of(link).lstrip("0123456789.") == headings[link.get(qn("w:anchor"))]


def test_headings_that_another_format_shows_are_not_in_the_contents(write: Any) -> None:
    written = write(
        '# Words\n\n::: {.content-visible when-format="html"}\n## Interactive {.unnumbered}\n:::\n'
    )
    assert "Interactive" not in written.part("word/document.xml")


def word_numbers(written: Written) -> list[tuple[str, str]]:
    """The number that Word gives each heading, by the levels linked to its styles, and the heading's words."""
    counts, found = [0] * 6, []
    for element in paragraphs(written, *(f"Heading{level}" for level in range(1, 7))):
        own = element.pPr.numPr
        if own is not None and own.numId.val == 0:
            found.append(("", text_of(element)))
            continue
        level = int(element.style[-1])
        counts[level - 1] += 1
        counts[level:] = [0] * (6 - level)
        found.append((".".join(str(count) for count in counts[:level]), text_of(element)))
    return found


def document_numbers(document: Document) -> list[tuple[str, str]]:
    headers = [node for node in tree.walk(document.blocks) if node["t"] == "Header"]
    return [(heading_number(document, node), tree.plain_text(node["c"][2])) for node in headers]


def test_headings_are_numbered_as_in_the_other_formats(report: Written, write: Any) -> None:
    assert word_numbers(report) == document_numbers(report.document)
    text = "# A\n\n## B\n\n### C\n\n#### D\n\n# E {.unnumbered}\n\n# F\n\n## G {.unnumbered}\n\n## H\n\nEnd."
    written = write(text)
    assert word_numbers(written) == document_numbers(written.document)
    levels = list(written.word.part.numbering_part.element.iter(qn("w:lvl")))
    linked = {
        level.find(qn("w:pStyle")).get(qn("w:val"))
        for level in levels
        if level.find(qn("w:pStyle")) is not None
    }
    assert linked == {f"Heading{level}" for level in range(1, 7)}
    styles = {style.style_id: style for style in written.word.styles}
    for level in range(1, 7):
        assert styles[f"Heading{level}"].element.pPr.numPr.numId.val == 1


def test_chapters_begin_a_page_and_a_break_before_one_makes_no_empty_page(write: Any) -> None:
    written = write("# A\n\nText.\n\n::: {.pagebreak}\n:::\n\n# B\n\n::: {.pagebreak}\n:::\n\nMore.")
    assert next(
        style for style in written.word.styles if style.style_id == "Heading1"
    ).paragraph_format.page_break_before
    assert "w:br" not in written.part("word/document.xml")
    broken = [item for item in written.word.paragraphs if item.paragraph_format.page_break_before]
    assert [item.text for item in broken] == ["B", "More."]


def test_tables_repeat_their_head_and_keep_their_rows_whole(report: Written) -> None:
    labels = [label.shown for label in report.document.labels.values() if label.kind == "tbl"]
    for found, shown in zip(report.word.tables, labels, strict=True):
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in found.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in found.rows)
        assert found._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith(f"{shown}: ")


def test_columns_share_the_measure_by_their_words(write: Any) -> None:
    head = "| A | A long word: administratively |\n|---|---|\n| 1 | few |\n"
    [found] = write(f"# T\n\n::: {{#tbl-t}}\n{head}\nCaption\n:::\n").word.tables
    widths = [column.width for column in found.columns]
    assert sum(widths) == Twips(TEXT_WIDTH)
    assert widths[1] > 2 * widths[0]
    assert [cell.width for cell in found.rows[1].cells] == widths


def test_numbers_stand_right_and_many_columns_are_set_small(report: Written) -> None:
    short, long = table(report, "tbl-arrests"), table(report, "tbl-long")
    assert [cell.paragraphs[0].style.style_id for cell in short.rows[1].cells] == [
        "TableText", "TableNumber", "TableText",
    ]  # fmt: skip
    styles = {cell.paragraphs[0].style.style_id for row in long.rows for cell in row.cells[1:]}
    assert styles == {"TableNumberSmall"}
    known = {style.style_id: style for style in report.word.styles}
    for name in ("TableNumber", "TableNumberSmall"):
        assert known[name].paragraph_format.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert known["TableTextSmall"].font.size < known["TableText"].font.size


def test_a_table_too_wide_for_the_page_turns_it(write: Any) -> None:
    names = "|".join(f"Administratively{number}" for number in range(9))
    wide = f"|{names}|\n|{'-|' * 9}\n|{'1|' * 9}\n"
    tables = "".join(f"\n## {name}\n\n::: {{#tbl-{name}}}\n{wide}\nCaption\n:::\n" for name in "ab")
    written = write(f"# A\n\nText.\n{tables}\n# B\n\nEnd.")
    sections = written.word.sections
    assert [item.page_width > item.page_height for item in sections] == [False, True, False]
    assert [item.different_first_page_header_footer for item in sections] == [True, False, False]
    [before] = [item for item in written.word.paragraphs if item.text == "Text."]
    assert before._p.pPr.find(qn("w:sectPr")) is not None
    for found in written.word.tables:
        assert sum(column.width for column in found.columns) == Twips(SIDEWAYS_WIDTH)
    last = write(f"# A\n\nText.\n{tables}").word.sections
    assert [item.page_width > item.page_height for item in last] == [False, True]


def test_an_empty_cell_holds_a_paragraph(write: Any) -> None:
    written = write("# T\n\n::: {#tbl-t}\n| A | B |\n|---|---|\n| | |\n\nCaption\n:::\n")
    cells = list(written.word.element.body.iter(qn("w:tc")))
    assert [len(cell.findall(qn("w:p"))) for cell in cells] == [1, 1, 1, 1]


def test_letters_of_the_region_arrive_whole(report: Written) -> None:
    words = text_of(report.word.element.body)
    assert [name for name in LETTERS if name not in words] == []


def test_every_style_that_is_used_is_known(report: Written) -> None:
    known = {style.style_id for style in report.word.styles}
    for name in report.names:
        if re.fullmatch(r"word/(document|footnotes|header\d|footer\d|numbering)\.xml", name):
            used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', report.part(name)))
            assert used <= known, name


def test_the_fonts_go_with_the_file(report: Written) -> None:
    faces = report.part("word/fontTable.xml")
    keys = re.findall(r'<w:embed(\w+) r:id="\w+" w:fontKey="\{([^}]+)\}"', faces)
    assert [face for face, _ in keys] == ["Regular", "Bold", "Italic"]
    with zipfile.ZipFile(report.path) as archive:
        for number, (face, key) in enumerate(keys, start=1):
            font = archive.read(f"word/fonts/font{number}.odttf")
            turned = uuid.UUID(key).bytes[::-1] * 2
            head = bytes(byte ^ other for byte, other in zip(font, turned, strict=False))
            assert head + font[32:] == (FONTS / f"NotoSans-{face}.ttf").read_bytes()
    assert "w:embedTrueTypeFonts" in report.part("word/settings.xml")


def test_a_callout_is_one_box_with_its_lists_inside(write: Any) -> None:
    text = '# A\n\n::: {.callout-tip title="Do"}\nFirst.\n\n- one\n- two\n\nLast.\n:::\n\n::: {.callout-note}\nWord.\n:::\n'
    written = write(text)
    box = paragraphs(written, "CalloutTip", "CalloutTipTitle")
    assert [text_of(line) for line in box] == ["Do", "First.", "one", "two", "Last."]
    words, item = box[1], box[2]
    callout = next(style for style in written.word.styles if style.style_id == "Callout").paragraph_format
    shape = Paragraph(item, written.word).paragraph_format
    assert shape.left_indent + shape.first_line_indent == callout.left_indent
    assert words.pPr.spacing.after == item.pPr.spacing.after == 0
    assert [line.pPr.keepNext is not None for line in box[1:]] == [True, True, True, False]
    assert text_of(paragraphs(written, "CalloutNoteTitle")[0]) == "Note"
    for kind in ("Note", "Tip", "Warning", "Important", "Caution"):
        style = next(style for style in written.word.styles if style.style_id == f"Callout{kind}")
        assert style.element.pPr.find(qn("w:pBdr")).find(qn("w:left")) is not None


def test_no_instruction_is_left(report: Written) -> None:
    assert [name for name in report.names if name.endswith(".xml") and "<?tesat" in report.part(name)] == []


def test_unknown_divisions_pass_through(write: Any) -> None:
    assert "Inside." in write("# A\n\n::: {.aside}\nInside.\n:::\n").part("word/document.xml")


def test_a_figure_is_as_wide_as_the_measure_unless_the_page_is_too_short(write: Any, tmp_path: Path) -> None:
    picture = '\n![Caption](figures/{0}.svg){{#fig-{0} fig-alt="A black box."}}\n'
    (tmp_path / "figures" / "tower.svg").write_text(BOX.format(400), encoding="utf-8")
    wide, high = write("# A\n" + picture.format("box") + picture.format("tower")).word.inline_shapes
    assert abs(wide.width - Twips(TEXT_WIDTH)) < Pt(1)
    assert wide.width == pytest.approx(4 * wide.height, rel=0.01)
    assert high.height == pytest.approx(5 * high.width, rel=0.01)
    assert high.height < Twips(11500)


def test_a_drawn_png_is_taken_before_the_svg_is_drawn(write: Any, tmp_path: Path) -> None:
    (tmp_path / "other.svg").write_text(BOX.format(77), encoding="utf-8")
    drawn = rasterised(tmp_path / "other.svg")
    (tmp_path / "figures" / "box.png").write_bytes(drawn)
    written = write('# A\n\n![Caption](figures/box.svg){#fig-box fig-alt="A black box."}\n')
    with zipfile.ZipFile(BytesIO(written.path.read_bytes())) as archive:
        [name] = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert archive.read(name) == drawn


def test_a_drawing_that_cannot_be_drawn_is_named(write: Any, tmp_path: Path) -> None:
    (tmp_path / "figures" / "box.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(ReportError, match=r"report\.docx: box\.svg cannot be drawn: "):
        write('# A\n\n![Caption](figures/box.svg){#fig-box fig-alt="A black box."}\n')


def test_a_png_that_is_none_is_named(write: Any, tmp_path: Path) -> None:
    (tmp_path / "figures" / "box.png").write_bytes(b"GIF89a")
    with pytest.raises(ReportError, match=r"box\.png is not a PNG file; draw the figure again"):
        write('# A\n\n![Caption](figures/box.svg){#fig-box fig-alt="A black box."}\n')


def test_a_figure_file_that_vanished_is_named(report: Written, tmp_path: Path) -> None:
    document = report.document
    elsewhere = Document(document.blocks, document.labels, document.metadata, document.words, (tmp_path,))
    with pytest.raises(ReportError, match=r"figures/attacks\.svg: not found in "):
        write_docx(elsewhere, tmp_path)
    assert not (tmp_path / "report.docx").exists()
