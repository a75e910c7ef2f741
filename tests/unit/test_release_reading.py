"""What may stand without a key, what a printed text may be, and that a message never holds the number."""

from __future__ import annotations

import polars as pl
import pytest

from assets.checks import numbers_result
from data_contracts.catalog import load_catalog
from pipelines.figure_keys import key_of, parse_key
from pipelines.release_findings import ReadingFinding
from pipelines.release_page import Page
from pipelines.release_reading import ReleaseReading
from pipelines.release_sources import HOLE, Sources, sources_of
from pipelines.release_values import Release, Value
from pipelines.release_words import KNOWN, masked, numbers_in
from report.keyed import bare, keyed, pieces, restored
from report.markdown import plain

CATALOG = load_catalog()
SOURCES = Sources(
    [f"Rounded to a multiple of 5 by {HOLE} of 6 partners", "Under 18", f"{HOLE} 7 {HOLE}", "18–24"]
)


def unexplained(text: str, sources: Sources = SOURCES) -> list[str]:
    return [number.word for number in numbers_in(text) if not sources.hold(number)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rounded to a multiple of 5 by Europol", []),
        ("5 persons", ["5"]),
        ("a multiple of 5 persons", ["5"]),
        (f"{KNOWN} of 6 partners", []),
        ("Under 18: many", []),
        ("over 18", ["18"]),
        ("18–24 years", []),
        ("these 7 persons", ["7"]),
        ("seven persons, and twenty-one", ["seven", "twenty-one"]),
        ("½ of them, ٣ in all", ["½", "٣"]),
        (f"{KNOWN} persons", []),
        (f"{KNOWN}4 persons", ["4"]),
    ],
)
def test_a_number_needs_a_key_or_the_words_that_a_source_has_beside_it(text: str, found: list[str]) -> None:
    assert unexplained(text) == found


def test_the_sources_of_the_report_hold_its_prose_and_no_planted_sentence() -> None:
    sources = sources_of(CATALOG, CATALOG.region("western_balkans"), year=2025)
    assert unexplained("Articles 3 to 12 of Directive (EU) 2017/541 are the common ground.", sources) == []
    assert unexplained("for the reference year 2025. It follows the model", sources) == []
    assert unexplained("Articles 4 to 12 of Directive (EU) 2017/541 are the common ground.", sources) == [
        "4",
        "12",
    ]
    assert unexplained("Of these, 3 were women and 12 were men.", sources) == ["3", "12"]


def observation(value: str, *, status: str = "A", method: str = "", note: str = "") -> Value:
    row = {"OBS_VALUE": value, "OBS_STATUS": status, "OBS_METHOD": method, "OBS_NOTE": note}
    return Value(value, row, observed=True)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("release")
    (folder / "data").mkdir()
    (folder / "data" / "edition.json").write_text('{"language": "en"}', encoding="utf-8")
    return Release(folder, catalog=CATALOG, region=CATALOG.region("western_balkans"))


@pytest.mark.parametrize(
    ("shown", "value", "same"),
    [
        ("~25 p", observation("25", method="R5", note="partial"), True),
        ("25", observation("25", method="R5"), False),
        ("~25", observation("25"), False),
        ("≥<b>4</b>", observation("4", note="at_least"), True),
        ("4", observation("4", note="at_least"), False),
        ("[c]", observation("", status="Q"), True),
        ("[x]", observation("", status="Q"), False),
        ("3", observation("", status="Q"), False),
        ("0.23", Value("0.2295", {}), True),
        ("0.24", Value("0.2295", {}), False),
        ("12 %", Value("0.124", {}), True),
        ("28 early", Value("-28", {}), True),
        ("2026-03-01", Value("2026-03-01T09:30:00Z", {}), True),
        ("–", Value("", {}), True),
        ("3", Value("", {}), False),
        ("T1-a, T1-b", Value("T1-a T1-b", {}), True),
    ],
)
def test_a_printed_text_is_its_value_or_not(release: Release, shown: str, value: Value, same: bool) -> None:
    assert release.prints(shown, value) is same


def test_keyed_text_goes_through_markdown_and_comes_back() -> None:
    key = key_of("quality", ["ALB", "", "questions", "1.5; of 3", "value"])
    assert parse_key(key).parts == ("ALB", "", "questions", "1.5; of 3", "value")
    text = f"Of {keyed('~25 p', key)} and {keyed('3', 'edition:partners')}."
    assert bare(text) == "Of ~25 p and 3."
    assert plain(text) == f'Of [\\~25 p]{{.fig key="{key}"}} and [3]{{.fig key="edition:partners"}}.'
    numbers = [{"at": one.at, "shown": one.text, "key": one.key} for one in pieces(text) if one.key]
    assert restored(bare(text), numbers) == text


def test_a_line_break_ends_no_part_of_a_page() -> None:
    text = '<body class="chapter"><main><div><p>a<br />b</p></div><p>c</p></main><p>d</p></body>'
    page = Page(text, "web/a.html")
    assert [(block.shown, block.part) for block in page.blocks] == [("a b", "main"), ("c", "main"), ("d", "")]
    assert page.kind == "chapter"


def test_a_failed_reading_blocks_and_names_file_and_place() -> None:
    place = masked("Of these, 4321 and seven were women")
    finding = ReadingFinding("index.html", place, "holds a number without a key")
    result = numbers_result(ReleaseReading(pl.DataFrame({"file": ["index.html"]}), (finding,)), pages=True)
    assert not result.passed
    assert "1 figures read" in str(result.description)
    assert str(finding) == "index.html: Of these, # and # were women: holds a number without a key."
    assert str(finding) in str(result.description)
