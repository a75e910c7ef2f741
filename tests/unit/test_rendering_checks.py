"""What must not be published is refused with its place; what is numbered is numbered alike in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.rendering import tree
from report.rendering.document import CELL_EDGES, Document, Grid, for_format, grid, letters, read_document
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript
from report.rendering.source import Line
from tests.rendered import small_chart

CHART = '![A caption](figures/one.svg){#fig-one fig-alt="Two bars, the second higher." .chart}'
TABLE = "::: {#tbl-a}\n| Place | Count |\n|---|---|\n| Here | 1 |\n\nA caption\n:::"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    small_chart(tmp_path)
    return tmp_path


def document(text: str, release: Path, *, static: bool = True) -> Document:
    lines = tuple(Line(line, f"a.qmd:{number}") for number, line in enumerate(text.split("\n"), start=1))
    return read_document(
        Manuscript(lines, {"language": "en", "date": "2026-06-15"}), [release], static=static
    )


def refusal(text: str, release: Path, *, static: bool = True) -> str:
    with pytest.raises(ReportError) as caught:
        document(text, release, static=static)
    return str(caught.value)


def shown(document: Document, target: str = "html") -> str:
    return tree.plain_text(for_format(document, target))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# A {#sec-a}\n\nsee @fig-x", "a.qmd:3: @fig-x refers to nothing; a reference names a figure, table or section"),
        ("# A {#x-a}\n\nsee [@x-a]", "a.qmd:3: @x-a refers to nothing"),
        ("\n[there](#nowhere)", "a.qmd:2: the link to #nowhere leads nowhere in this report."),
        (
            "# A {#sec-a}\n\n# B {#sec-a}\n\n# C {#sec-a-b}",
            "a.qmd:1: the name sec-a is given 2 times, also at a.qmd:3; a name must be given once.",
        ),
        (f"{CHART}\n\n{TABLE.replace('tbl-a', 'fig-one')}", "the name fig-one is given 2 times"),
        ("![A](figures/one.svg){#fig-one .chart}", "a.qmd:1: fig-one has no fig-alt; say in words what the figure shows."),
        ('![A](figures/one.svg){#fig-one fig-alt=""}', "fig-one has no fig-alt"),
        (
            '![A  Caption.](figures/one.svg){#fig-one fig-alt="a caption"}',
            "a.qmd:1: fig-one repeats its caption as fig-alt ('A Caption.'); say instead what a reader would see.",
        ),
        ("![A](figures/one.svg)", "a.qmd:1: a figure needs one image and a name that begins with fig-"),
        ("x ![A](figures/one.svg) y", "a.qmd:1: the image figures/one.svg stands in running text"),
        (
            '![A](figures/one.png){#fig-one fig-alt="B"}',
            "fig-one shows figures/one.png; only SVG files of the release (figures/NAME.svg) are shown.",
        ),
        ('![A](../x.svg){#fig-x fig-alt="B"}', "fig-x shows ../x.svg; only SVG files of the release"),
        ('![A](/etc/x.svg){#fig-x fig-alt="B"}', "fig-x shows /etc/x.svg; only SVG files of the release"),
        ('![A](figures/gone.svg){#fig-x fig-alt="B"}', "a.qmd:1: fig-x needs figures/gone.svg, which does not exist"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "a.qmd:1: a table stands without a name; wrap it in ::: {#tbl-name}"),
        ("::: {#tbl-a}\n| A | B |\n|---|---|\n| 1 | 2 |\n:::", "a.qmd:1: tbl-a must hold one pipe table with a header row"),
        ("::: {#tbl-a}\nno table\n\ncaption\n:::", "tbl-a must hold one pipe table"),
        ("::: {#tbl-a}\n--- ---\n1   2\n--- ---\n\ncaption\n:::", "tbl-a must hold one pipe table with a header row"),
        (
            "::: {#tbl-a}\n+---+---+\n| A | B |\n+===+===+\n| both  |\n+---+---+\n\ncaption\n:::",
            "and no merged cells",
        ),
        ("words\n:::\n\nmore", "a.qmd:2: ':::' is printed as text; check the line above and below it."),
        ("\n::: {.callout-note}\nwords", "a.qmd:2: pandoc warns: Div at this line column 1 unclosed"),
        ("words {#fig-x fig-alt=y}", "'{#fig-x' is printed as text"),
        ("a note[^gone] here", "a.qmd:1: 'note[^gone]' is printed as text"),
        ("a note[^a]\n\n[^a]: A.\n\n[^b]: B.", "a.qmd:5: pandoc warns: Note with key 'b' defined at this line"),
        ("?meta:region", "a.qmd:1: ?meta:region is an unknown metadata key."),
        ("`{python}\n1`", "a.qmd:1: '{python} 1' is printed as text; an inline expression stands on one line."),
        ("a<br>b", "a.qmd:1: '<br>' is raw html and would be missing in the other formats; write it as Markdown."),
        ("\n```{=typst}\n#x\n```", "'#x' is raw typst"),
        (
            '::: {.content-visible when-format="latex"}\nx\n:::',
            "a.qmd:1: conditional content with when-format=latex; give when-format or unless-format",
        ),
        ("::: {.content-hidden}\nx\n:::", "conditional content with no condition"),
        (
            f'::: {{.content-visible when-format="html"}}\n{CHART}\n:::',
            "a.qmd:2: fig-one stands in conditional content; what is numbered must stand in every format.",
        ),
    ],
)  # fmt: skip
def test_refused(release: Path, text: str, message: str) -> None:
    assert message in refusal(text, release)


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_chart_needs_its_data_in_every_format(release: Path, ending: str) -> None:
    (release / f"figures/one.{ending}").unlink()
    for static in (True, False):
        message = refusal(f"\n{CHART}", release, static=static)
        assert message == (
            f"a.qmd:2: fig-one needs figures/one.{ending}, which does not exist; write it before rendering."
        )


def test_a_charts_drawing_may_be_missing_where_only_the_page_is_made(release: Path) -> None:
    (release / "figures/one.svg").unlink()
    document(CHART, release, static=False)
    message = refusal(CHART, release, static=True)
    assert "draw it before rendering (static images need Chromium: `apt-get install chromium`" in message


def test_an_unresolved_reference_is_refused_whatever_is_made(release: Path) -> None:
    for static in (True, False):
        assert "@tbl-gone refers to nothing" in refusal("@tbl-gone", release, static=static)


def test_all_problems_are_listed_at_once(release: Path) -> None:
    message = refusal(f"@fig-x\n\n{CHART}\n\n:::\n\n| A |\n|---|\n| 1 |\n\n[^b]: B.\n", release)
    assert message.startswith("4 problems in the report:\n  1. ")
    for place in ("a.qmd:1:", "a.qmd:5:", "a.qmd:7:", "a.qmd:11:"):
        assert place in message


def test_sections_figures_and_tables_are_numbered_in_order(release: Path) -> None:
    small_chart(release, "two")
    two = CHART.replace("one", "two")
    text = (
        f"# A {{#sec-a}}\n\n## B {{#sec-b}}\n\n{CHART}\n\n# Aside {{.unnumbered #sec-x}}\n\n# C {{#sec-c}}\n\n## D {{#sec-d}}\n\n{two}\n\n{TABLE}\n\n"
        "::: {.callout-note}\n## Title\nx\n:::\n\n@sec-b @sec-c @sec-d @sec-x @fig-two @tbl-a"
    )
    words = shown(document(text, release)).replace("\u00a0", " ")
    assert words.endswith("Section 1.1 Section 2 Section 2.1 Aside Figure 2 Table 1")


def test_a_reference_keeps_the_words_around_it(release: Path) -> None:
    words = shown(
        document(f"{CHART}\n\n# A {{#sec-a}}\n\n[see @fig-one, left; and @sec-a] [-@fig-one]", release)
    )
    assert words.replace("\u00a0", " ").endswith("see Figure 1, left, and Section 1 1")


def test_conditional_content_is_decided_per_format(release: Path) -> None:
    text = (
        '::: {.content-visible when-format="html"}\nA\n:::\n\n::: {.content-hidden when-format="pdf"}\nB\n:::\n\n'
        '::: {.content-visible unless-format="docx"}\nC\n:::\n'
    )
    told = document(text, release)
    assert [shown(told, target) for target in ("html", "pdf", "docx")] == ["ABC", "C", "B"]


def test_an_authors_comment_is_published_nowhere(release: Path) -> None:
    told = document("a <!-- secret --> b\n\n<!-- secret\n\nindeed -->\n", release)
    assert not [node for node in tree.walk(told.blocks) if node["t"].startswith("Raw")]


def table(text: str, release: Path) -> Grid:
    made = grid(next(node for node in document(text, release).blocks if node["t"] == "Div"))
    assert made is not None
    return made


def test_columns_of_numbers_and_marks_are_set_right(release: Path) -> None:
    head = "| Place | A | B | C | D |\n|---|---|---|---|---|\n"
    made = table(
        f"::: {{#tbl-a}}\n{head}| 1 | ~1 234 | [x] | – | 5 men |\n| 2 | ≥5 b | 0.5 % | (3) | 6 |\n\nc\n:::",
        release,
    )
    assert made.right == [False, True, True, True, False]


def test_no_column_is_narrower_than_its_longest_word_while_there_is_room(release: Path) -> None:
    text = "word " * 40
    made = table(f"::: {{#tbl-a}}\n| Responsibility | B |\n|---|---|\n| a | {text} |\n\nc\n:::", release)
    widths = made.widths(30)
    assert sum(widths) == pytest.approx(30)
    assert widths[0] > letters("Responsibility") and widths[1] > 2 * letters("word")
    assert sum(made.widths(90)) == pytest.approx(90)
    assert made.widths(10)[0] < letters("Responsibility")
    assert sum(made.widths(10)) == pytest.approx(10)
    assert sum(made.weights) == pytest.approx(1)


def test_a_number_with_its_marks_is_never_broken_and_a_hyphen_is_where_a_word_may_be(release: Path) -> None:
    made = table("::: {#tbl-a}\n| Ethno-nationalist | B |\n|---|---|\n| a | ~60 bp |\n\nc\n:::", release)
    assert made.least_widths == [letters("nationalist") + CELL_EDGES, letters("~60 bp") + CELL_EDGES]
