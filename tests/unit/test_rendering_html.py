"""The web edition as files: what a page carries, what it forbids, where its links lead, and that it is the same each time."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest
from pypdf import PdfReader

from report.rendering.errors import ReportError
from report.rendering.render import render
from tests.rendered import (
    ENVIRONMENT,
    METADATA,
    NAMES,
    rendered_again,
    small_chart,
    small_project,
    tiny_figures,
    tiny_release,
)
from tests.unit.fixtures.tiny_report import tiny_content

PLAIN = {"title": "Plain", "language": "en-GB", "date": "2026-06-15"}
CHART = '# A\n\n![Cap](figures/one.svg){#fig-one fig-alt="Two bars." .chart}\n'


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return pages_in(tiny_release())


@pytest.fixture(scope="module")
def page(pages: dict[str, str]) -> str:
    return pages["index.html"]


def pages_in(release: Path) -> dict[str, str]:
    files = [release / "index.html", *sorted((release / "web").glob("*.html"))]
    return {path.relative_to(release).as_posix(): path.read_text(encoding="utf-8") for path in files}


def page_of(folder: Path, text: str, **metadata: str) -> str:
    project = small_project(folder / "project", text)
    (path,) = render(project, folder, formats=["html"], metadata={**PLAIN, **metadata}, environment={})
    return path.read_text(encoding="utf-8")


def without_code(page: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def without_drawings(page: str) -> str:
    return re.sub(r"<svg\b.*?</svg>", "", page, flags=re.DOTALL)


def test_the_same_report_gives_the_same_bytes() -> None:
    first, again = (
        {path.name: path.read_bytes() for path in [release / "index.html", *(release / "web").iterdir()]}
        for release in (tiny_release(), rendered_again(formats=("html",)))
    )
    differing = {name for name in first if first[name] != again[name]}
    assert set(first) == set(again)
    assert differing == {"index.html"}, "the first page names the PDF, which was not asked for again"


def test_every_page_forbids_what_is_not_its_own(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
        assert policy is not None
        allowed = dict(part.strip().split(" ", 1) for part in policy[1].split(";"))
        assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"
        assert allowed["script-src"] == "'self' file:"
        assert "connect-src" not in allowed and allowed["img-src"] == "data:"
        assert text.index("Content-Security-Policy") < text.index("<script")
        loaded = re.findall(r'<(?:script|link rel="stylesheet")[^>]*(?:src|href)="([^"]+)"', text)
        assert {(tiny_release() / name).parent.joinpath(path).resolve().parent for path in loaded} == {
            (tiny_release() / "web").resolve()
        }
        assert not re.search(r"<script>|<style|\son\w+=", without_drawings(text))


def test_every_link_of_every_page_leads_somewhere(pages: dict[str, str]) -> None:
    names = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in pages.items()}
    outside = set()
    for name, text in pages.items():
        for href in re.findall(r'\shref="([^"]*)"', without_drawings(text)):
            if re.match(r"https?:|data:", href):
                outside.add(href)
                continue
            path, _, place = unescape(href).partition("#")
            target = (
                (tiny_release() / name).parent.joinpath(path).resolve() if path else tiny_release() / name
            )
            assert target.is_file(), (name, href)
            file = target.relative_to(tiny_release().resolve()).as_posix() if path else name
            assert not place or place in names[file], (name, href)
    assert outside == {"https://example.org/", "data:,"}


def test_chapters_are_pages_in_their_order_and_turn(pages: dict[str, str]) -> None:
    assert set(pages) == {"index.html", "web/trends.html", "web/method.html", "web/sources.html"}
    headings = {
        name: re.search(r"<h1\b.*?</h1>", text[text.index("<main") :]) for name, text in pages.items()
    }
    assert headings.pop("index.html") is None and None not in headings.values()
    after = {name: re.findall(r'rel="next" href="([^"#]+)"', text) for name, text in pages.items()}
    assert after == {
        "index.html": ["web/trends.html"],
        "web/trends.html": ["method.html"],
        "web/method.html": ["sources.html"],
        "web/sources.html": [],
    }
    for name, text in pages.items():
        current = re.findall(r'<a href="([^"]+)" aria-current="page">', text)
        assert current == [Path(name).name]
        assert text.count("<h1") == 1


def test_a_section_can_have_a_page_of_its_own_and_a_chapter_be_the_first(tmp_path: Path) -> None:
    text = "# Foreword\n\na\n\n# Points {.home}\n\nb\n\n# Partners {#sec-all}\n\n@sec-one\n\n## One {#sec-one .own-page}\n\n@sec-all\n\n### Deep\n\n## Two\n\nc\n"
    page_of(tmp_path, text)
    pages = pages_in(tmp_path)
    assert set(pages) == {"index.html", "web/foreword.html", "web/all.html", "web/one.html"}
    assert ">Points</h2>" in re.sub(r"<span.*?</span>\u2002", "", pages["index.html"])
    assert '<p class="up"><a href="all.html">' in pages["web/one.html"]
    assert '<a href="all.html#sec-all" class="xref">' in pages["web/one.html"]
    assert '<a href="one.html#sec-one" class="xref">' in pages["web/all.html"]
    assert re.search(r"<h1[^>]*><span[^>]*>3.1</span>.One</h1>", pages["web/one.html"])
    assert re.search(r"<h2[^>]*><span[^>]*>3.1.1</span>.Deep</h2>", pages["web/one.html"])


def test_names_that_are_no_file_names_or_are_taken_give_a_numbered_page(tmp_path: Path) -> None:
    page_of(tmp_path, "# A\n\n# Šta?\n\na\n\n# Index\n\nb\n\n# C {#sec-d}\n\n# D\n\nc\n")
    assert set(pages_in(tmp_path)) == {
        "index.html",
        "web/page-2.html",
        "web/page-3.html",
        "web/d.html",
        "web/page-5.html",
    }


def test_chapters_of_the_web_edition_alone_are_in_no_other_format(tmp_path: Path) -> None:
    chapters = '# Files {.unnumbered #sec-files}\n\n::: {#tbl-f}\n| A | B |\n|---|---|\n| [x](report.pdf) | []{.file-size file="report.pdf"} []{.file-sha256 file="report.pdf"} |\n\nCap\n:::\n\n```{.bibtex file="a.bib"}\n@b{c}\n```\n'
    project = small_project(tmp_path / "project", "# A {#sec-a}\n\nwords\n", web=chapters)
    render(project, tmp_path, formats=["html", "pdf"], metadata=PLAIN, environment={})
    page = pages_in(tmp_path)["web/files.html"]
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert f'data-file="report.pdf">{hashlib.sha256(pdf).hexdigest()}</span>' in page
    assert f">{len(pdf) / 1000:.0f}\u00a0kB</span>" in page
    assert '<a href="../report.pdf">x</a>' in page
    assert (tmp_path / "web/a.bib").read_text() == "@b{c}\n"
    assert "files.html" in pages_in(tmp_path)["index.html"]
    assert "Files" not in extracted(tmp_path / "report.pdf")
    small_project(tmp_path / "project", "# A {#sec-a}\n\nSee @sec-files.\n", web=chapters)
    with pytest.raises(ReportError, match=r"index\.qmd:3: @sec-files refers to nothing"):
        render(project, tmp_path, formats=["html", "pdf"], metadata=PLAIN, environment={})
    small_project(tmp_path / "project", "# A\n\nwords\n", web=chapters.replace("report.pdf", "gone.pdf"))
    with pytest.raises(ReportError, match=r"files\.html: names gone\.pdf, which the release does not hold"):
        render(project, tmp_path, formats=["html"], metadata=PLAIN, environment={})


def extracted(pdf: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_the_search_index_holds_every_passage_once_and_nothing_else(pages: dict[str, str]) -> None:
    script = (tiny_release() / "web/search-index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("tesatSearch(").removesuffix(");\n"))
    assert index["sections"][:3] == [
        ["index.html", "sec-findings", "1 Key findings"],
        ["web/trends.html", "sec-trends", "2 Trends"],
        ["web/trends.html", "sec-attacks", "2.1 Attacks"],
    ]
    passages = [passage for _, passage in index["passages"]]
    assert len(passages) == len(set(map(tuple, index["passages"])))
    found = next(passage for passage in passages if "Ђорђе" in passage)
    assert found.endswith("stay quoted – always.") and "“Quoted” words" in found
    shown = unescape(re.sub(r"<[^>]+>", "", "".join(pages.values())))
    assert [word for passage in passages for word in passage.split() if word not in shown] == []
    assert not any("Data behind this figure" in passage or "Link" in passage for passage in passages)


def test_the_cells_are_executed_once_for_all_formats(tmp_path: Path) -> None:
    text = "# A\n\n`{python} open('count', 'a').write('x')`\n"
    project = small_project(tmp_path / "project", text)
    render(project, tmp_path, formats=["html", "pdf"], metadata=PLAIN, environment={})
    assert (project / "count").read_text() == "x"


def test_words_from_outside_are_shown_and_never_read_as_markup(pages: dict[str, str]) -> None:
    page = pages["index.html"]
    title = METADATA["title"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"<title>Sources – {title}</title>" in pages["web/sources.html"]
    assert f"<title>{title}</title>" in page
    assert "<the>" not in without_code("".join(pages.values()))
    for name in NAMES:
        assert name in without_code(page)


def test_a_charts_own_text_cannot_close_its_script(tmp_path: Path) -> None:
    small_chart(tmp_path)
    evil = {"data": [], "layout": {"title": {"text": "</script><script>alert(1)</script>"}}}
    (tmp_path / "figures/one.json").write_text(json.dumps(evil))
    page = page_of(tmp_path, CHART)
    spec = re.search(r'<script type="application/json" class="spec">(.*?)</script>', page)
    assert spec is not None and json.loads(spec[1]) == evil


def test_the_table_under_a_chart_is_its_csv_and_its_files_are_beside_it(pages: dict[str, str]) -> None:
    page = pages["web/trends.html"] + pages["web/method.html"]
    for number, name in enumerate(tiny_content.figures(), start=1):
        with (tiny_figures() / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        card = page[page.index(f'id="fig-{name}"') :]
        table = card[card.index("<table>") : card.index("</table>")]
        cells = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)
        ]
        assert [[unescape(cell) for cell in row] for row in cells] == rows
        for form in ("csv", "svg", "png"):
            link = f'href="../figures/{name}.{form}" download>{form.upper()}<span class="unseen"> (Figure\u00a0{number})'
            assert link in card
        assert f'<a class="here" href="#fig-{name}">' in card


def test_data_of_another_length_than_its_header_are_refused(tmp_path: Path) -> None:
    small_chart(tmp_path)
    (tmp_path / "figures/one.csv").write_text("Year,Attacks\n2024,3\n2025\n")
    with pytest.raises(
        ReportError, match=r"figures/one.csv: line 3 has another number of cells than the header"
    ):
        page_of(tmp_path, CHART)
    (tmp_path / "figures/one.csv").write_text("")
    with pytest.raises(ReportError, match=r"figures/one.csv: there is no header"):
        page_of(tmp_path, CHART)


def test_headings_are_numbered_and_the_contents_reach_the_third_level(pages: dict[str, str]) -> None:
    page = pages["web/trends.html"]
    contents = page[page.index('<nav id="contents"') : page.index("</nav>")]
    told = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', contents, flags=re.DOTALL)
    words = [(target, re.sub(r"<[^>]+>", "", text).replace("\u2002", " ")) for target, text in told]
    assert words == [
        ("../index.html", "1 Key findings"),
        ("trends.html", "2 Trends"),
        ("#sec-attacks", "2.1 Attacks"),
        ("#arrests", "2.2 Arrests"),
        ("#by-type", "2.2.1 By type"),
        ("method.html", "3 Method"),
        ("method.html#sec-columns", "3.1 Many columns"),
        ("sources.html", "Sources"),
    ]


def test_references_footnotes_and_conditions_are_resolved(pages: dict[str, str]) -> None:
    page = pages["index.html"]
    assert '<a href="web/trends.html#fig-attacks" class="xref">Figure\u00a01</a>' in page
    assert '<a href="web/method.html#sec-method" class="xref">Section\u00a03</a>' in page
    assert '<a href="#fig-attacks" class="xref">Figure\u00a01</a>' in pages["web/trends.html"]
    assert '<a href="../index.html#sec-findings" class="xref">' in pages["web/sources.html"]
    assert "Point at a bar to read its value." in pages["web/trends.html"]
    assert 'role="doc-noteref"' in page and "An attack is counted once, at the place" in page
    assert "A note of the author" not in "".join(pages.values())


def test_what_follows_a_line_break_can_be_found(tmp_path: Path) -> None:
    page_of(tmp_path, "# A\n\nfirst line\\\nsecond line\n\n## B\n\nlast words\n")
    script = (tmp_path / "web/search-index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("tesatSearch(").removesuffix(");\n"))
    assert index["passages"] == [[0, "first line second line"], [1, "last words"]]


def test_what_an_edition_does_not_state_leaves_no_empty_element(tmp_path: Path) -> None:
    page = without_code(page_of(tmp_path, "# A\n\nwords\n"))
    for trace in (
        'class="region"',
        'class="subtitle"',
        'class="mark"',
        'class="footnote"',
        'class="downloads"',
    ):
        assert trace not in page
    assert "<p>Plain · 15 June 2026</p>" in page
    full = without_code(
        page_of(tmp_path, "# A\n\nwords\n", region="Region", footnote="* <b>note</b>", edition_mark="Draft")
    )
    assert "<p>Plain · Region · 15 June 2026</p>" in full
    assert '<p class="footnote">* &lt;b&gt;note&lt;/b&gt;</p>' in full
    assert '<aside class="mark" aria-label="Edition notice">Draft</aside>' in full


def test_the_chart_library_stands_beside_the_pages_once_and_only_where_there_are_charts(
    tmp_path: Path,
) -> None:
    page_of(tmp_path / "a", "# A\n\nwords\n")
    assert not (tmp_path / "a/web/plotly.js").exists()
    small_chart(tmp_path / "b")
    assert len(page_of(tmp_path / "b", CHART)) < 20_000
    assert (tmp_path / "b/web/plotly.js").stat().st_size > 1_000_000


@pytest.mark.parametrize(
    ("formats", "metadata", "message"),
    [
        (["odt"], PLAIN, r"formats \['odt'\]: known formats are html, pdf, docx"),
        ([], PLAIN, r"formats \[\]: known formats are"),
        (["html"], {"language": "en"}, "metadata: title, date missing; an edition must state them"),
        (["html"], {**PLAIN, "date": "June"}, "metadata: date 'June' is not a date such as 2026-06-15"),
        (
            ["html"],
            {**PLAIN, "language": "xx"},
            "language 'xx': there are catalogs for en, sq, sr-Latn, sr-Cyrl",
        ),
    ],
)
def test_an_edition_that_cannot_be_rendered_is_refused(
    tmp_path: Path, formats: list[str], metadata: dict[str, str], message: str
) -> None:
    project = small_project(tmp_path, "# A\n\nwords\n")
    with pytest.raises(ReportError, match=message):
        render(project, tmp_path / "out", formats=formats, metadata=metadata, environment=ENVIRONMENT)


def test_a_column_of_sentences_is_never_as_narrow_as_a_word(tmp_path: Path) -> None:
    rows = f"| Bosnia and Herzegovina | {'words ' * 12} | 12 b | north |\n| {'long ' * 12} | a | ≥3 | south |"
    page = page_of(
        tmp_path, f"# A\n\n::: {{#tbl-a}}\n| A | B | C | D |\n|---|---|---|---|\n{rows}\n\nCap\n:::\n"
    )
    heads = re.findall(r'<th scope="col"( class="\w+")?>', page)
    assert heads == [' class="name"', ' class="sentence"', ' class="number"', ""]


def test_a_corner_without_words_is_no_header(tmp_path: Path) -> None:
    page = page_of(tmp_path, "# A\n\n::: {#tbl-a}\n| | B |\n|---|---|\n| x | 1 |\n\nCap\n:::\n")
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert (head.count("<td>"), head.count("<th ")) == (1, 1)
