"""The web page as a file: what it carries, what it forbids, and that it is the same each time."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest

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
def page() -> str:
    return (tiny_release() / "index.html").read_text(encoding="utf-8")


def page_of(folder: Path, text: str, **metadata: str) -> str:
    project = small_project(folder / "project", text)
    (path,) = render(project, folder, formats=["html"], metadata={**PLAIN, **metadata}, environment={})
    return path.read_text(encoding="utf-8")


def without_code(page: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_the_same_report_gives_the_same_bytes() -> None:
    again = rendered_again() / "index.html"
    assert again.read_bytes() == (tiny_release() / "index.html").read_bytes()


def test_nothing_is_loaded_and_only_the_pages_own_scripts_run(page: str) -> None:
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page)
    assert policy is not None
    assert policy[1].startswith(
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; font-src data:;"
    )
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 2
    assert policy[1].endswith("script-src " + " ".join(f"'sha256-{digest}'" for digest in digests))
    assert page.index("Content-Security-Policy") < page.index("<style>")
    outside = without_code(page)
    assert not re.search(r"\s(?:src|srcset|data|poster|action)=", outside)
    assert set(re.findall(r'href="(https?:[^"]*)"', outside)) == {"https://example.org/"}


def test_the_cells_are_executed_once_for_all_formats(tmp_path: Path) -> None:
    text = "# A\n\n`{python} open('count', 'a').write('x')`\n"
    project = small_project(tmp_path / "project", text)
    render(project, tmp_path, formats=["html", "pdf"], metadata=PLAIN, environment={})
    assert (project / "count").read_text() == "x"


def test_words_from_outside_are_shown_and_never_read_as_markup(page: str) -> None:
    assert (
        f"<title>{METADATA['title'].replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</title>"
        in page
    )
    assert "<the>" not in without_code(page)
    for name in NAMES:
        assert name in without_code(page)


def test_a_charts_own_text_cannot_close_its_script(tmp_path: Path) -> None:
    small_chart(tmp_path)
    evil = {"data": [], "layout": {"title": {"text": "</script><script>alert(1)</script>"}}}
    (tmp_path / "figures/one.json").write_text(json.dumps(evil))
    page = page_of(tmp_path, CHART)
    spec = re.search(r'<script type="application/json" class="spec">(.*?)</script>', page)
    assert spec is not None and json.loads(spec[1]) == evil


def test_the_table_under_a_chart_is_its_csv(page: str) -> None:
    for number, name in enumerate(tiny_content.figures(), start=1):
        with (tiny_figures() / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        card = page[page.index(f'id="fig-{name}"') :]
        table = card[card.index("<table>") : card.index("</table>")]
        cells = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)
        ]
        assert [[unescape(cell) for cell in row] for row in cells] == rows
        assert (
            f'href="figures/{name}.csv" download>Download as CSV<span class="unseen"> (Figure\u00a0{number})'
            in card
        )


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


def test_headings_are_numbered_and_the_contents_reach_the_third_level(page: str) -> None:
    contents = page[page.index('<nav id="contents"') : page.index("</nav>")]
    told = re.findall(r'<a href="#([\w-]+)"[^>]*>(.*?)</a>', contents, flags=re.DOTALL)
    words = [(target, re.sub(r"<[^>]+>", "", text).replace("\u2002", " ")) for target, text in told]
    assert words[:5] == [
        ("sec-findings", "1 Key findings"),
        ("sec-trends", "2 Trends"),
        ("sec-attacks", "2.1 Attacks"),
        ("arrests", "2.2 Arrests"),
        ("by-type", "2.2.1 By type"),
    ]
    assert words[-1] == ("sec-sources", "Sources")
    assert page.count("<h1>") == 1 and "<h2" in page


def test_references_footnotes_and_conditions_are_resolved(page: str) -> None:
    assert '<a href="#fig-attacks" class="xref">Figure\u00a01</a>' in page
    assert '<a href="#sec-method" class="xref">Section\u00a03</a>' in page
    assert "Point at a bar to read its value." in page
    assert 'role="doc-noteref"' in page
    assert "A note of the author" not in page


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


def test_a_page_without_charts_carries_no_chart_library(tmp_path: Path) -> None:
    assert len(page_of(tmp_path / "a", "# A\n\nwords\n")) < 400_000
    small_chart(tmp_path / "b")
    assert len(page_of(tmp_path / "b", CHART)) > 1_000_000


@pytest.mark.parametrize(
    ("formats", "metadata", "message"),
    [
        (["odt"], PLAIN, r"formats \['odt'\]: known formats are html, pdf, docx"),
        ([], PLAIN, r"formats \[\]: known formats are"),
        (["html"], {"language": "en"}, "metadata: title, date missing; an edition must state them"),
        (["html"], {**PLAIN, "date": "June"}, "metadata: date 'June' is not a date such as 2026-06-15"),
        (["html"], {**PLAIN, "language": "xx"}, "language 'xx': assets/words.yaml holds en"),
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
