"""The demonstration in Serbian, Cyrillic script: built and read by the gates, with no English left in it.

The texts of the other languages are held by `tests/unit/test_messages.py`; this edition stands for all.
"""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.edition_data import UNREVIEWED
from pipelines.release_reader import ReleaseReader
from tests.editions import tesat

pytestmark = pytest.mark.xdist_group("language")
# What stays as its author wrote it: names of sources, partners' words, judgements of an earlier edition.
AS_WRITTEN = {
    "other_sources": ("source",),
    "reporting": ("note", "custodian", "scope_note"),
    "judgements": ("name", "text", "office", "basis", "outcome_basis"),
}
ENGLISH = re.compile(
    r"(?<![\w/.-])(an|and|are|as|at|because|before|between|by|for|from|has|have|in|is|it|no|not|of|on|or|that|the|their|these"
    r"|this|to|was|were|which|who|with|attacks?|arrests?|counts?|data|figures?|notes?|partners?|persons?|returns?"
    r"|series|source|table|total|verdicts?|years?|higher|lower|chance|compared)(?![\w/-]|\.\w)",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language")
    asked = ("--language", "sr-Cyrl", "--formats", "html")
    done = tesat("demo", "--output", folder / "out", *asked, home=folder / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "western_balkans-2025"


def pages(edition: Path) -> dict[str, str]:
    found = [edition / "index.html", *sorted((edition / "web").glob("*.html"))]
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def rows(edition: Path, table: str) -> list[dict[str, str]]:
    with (edition / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def visible(page: str) -> str:
    """The words of a page, with those that screen readers say."""
    said = re.findall(r'\b(?:alt|aria-label|title|data-found|data-nothing)="([^"]*)"', page)
    shown = re.sub(r"<(script|style|code|pre)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", shown), *said]))


def test_no_common_english_word_is_left(edition: Path) -> None:
    written = {UNREVIEWED}
    for table, columns in AS_WRITTEN.items():
        written |= {row[column] for row in rows(edition, table) for column in columns if row[column]}
    for name, page in pages(edition).items():
        text = " ".join(visible(page).split())
        for one in sorted(written, key=len, reverse=True):
            for shown in (one, one[:1].upper() + one[1:]):
                text = text.replace(" ".join(shown.split()), " ")
        left = [text[max(0, at.start() - 40) : at.end() + 40] for at in ENGLISH.finditer(text)]
        assert not left, (name, left[:5])


def test_every_page_says_its_language_what_the_translation_is_and_carries_the_footnote(edition: Path) -> None:
    for name, page in pages(edition).items():
        assert '<html lang="sr-Cyrl">' in page, name
        assert UNREVIEWED in page, name
        assert "Овај назив не прејудицира ставове о статусу" in page, name
        assert "Демонстрациони подаци" in page, name


def test_numbers_dates_and_words_of_change_are_those_of_the_language(edition: Path) -> None:
    everything = " ".join(visible(page) for page in pages(edition).values())
    assert "30. јун 2026." in everything
    assert "није упоређено, јер није сваки партнер потпуно пријавио за 2025" in " ".join(everything.split())
    assert re.search(r"\b0,\d{3}\b", everything)
    assert not re.search(r"[^\w.]0\.\d{2,}", everything)


def test_data_files_are_those_of_any_language(edition: Path) -> None:
    about = json.loads((edition / "data" / "edition.json").read_text(encoding="utf-8"))
    assert about["language"] == "sr-Cyrl"
    assert any(row["wording"].startswith("21 in 2025 beside 13 in 2024") for row in rows(edition, "claims"))
    assert {row["REF_AREA"] for row in rows(edition, "incidents")} >= {"WB6", "XKX"}


def test_the_reading_of_the_release_finds_what_is_altered_in_this_language(
    edition: Path, tmp_path: Path
) -> None:
    altered = shutil.copytree(edition, tmp_path / "altered")
    planted = {
        "claims-tests.html": (">0,230<", ">0,231<"),
        "type-jihadist.html": ("5 од 6", "4 од 6"),
        "accessibility.html": ("без скрипти", "без седам скрипти"),
        "overview.html": ("није упоређено, јер", "порасло за 3, јер"),
    }
    for name, (before, after) in planted.items():
        path = altered / "web" / name
        text = path.read_text(encoding="utf-8")
        assert before in text, name
        path.write_text(text.replace(before, after), encoding="utf-8")
    catalog = load_catalog()
    reader = ReleaseReader(altered, catalog=catalog, region=catalog.region("western_balkans"))
    found = {finding.file for notes in reader.site() for finding in notes.findings}
    assert found == {f"web/{name}" for name in (*planted, "search-index.js")}
