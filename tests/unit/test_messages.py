"""The catalogs of the report hold every text of it, with the same holes, references, links and digits."""

from __future__ import annotations

import re

import pytest
import yaml
from typer.testing import CliRunner

from assets.cli import app, known_language
from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.messages import (
    LOCALE,
    all_texts,
    catalog_of,
    decimal,
    name_of,
    retold,
    reviewed,
    say,
    speaking,
    text_language,
    text_languages,
    translated,
    undecimal,
)
from pipelines.edition_data import FALLBACK, UNREVIEWED, edition_description
from pipelines.release_sources import sources_of
from pipelines.release_words import numbers_in
from pipelines.told import told_rows
from pipelines.trends_words import trend_words
from report.messages_chapters import chapter_texts, said_lines
from report.messages_found import TEXTS, found_texts
from report.wrapping import wrapped

WRITTEN = [language for language in text_languages() if language != "en"]
KEPT = re.compile(
    r"\{\{<.*?>\}\}|\{[^}]*\}|@[a-z]+-[\w-]+|`[^`]*`|\]\([^)]*\)|\[[a-z]\]|\\~|\b[a-z/]+\.(?:pdf|csv|json)\b"
)
CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")


def digits(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d{3}\b|\d)", "", text)))


def test_english_albanian_and_serbian_in_both_scripts_are_written() -> None:
    assert text_languages() == ("en", "sq", "sr-Latn", "sr-Cyrl")
    assert text_language("bs") == "en"


@pytest.mark.parametrize("language", WRITTEN)
def test_a_catalog_holds_every_text_and_nothing_else(language: str) -> None:
    assert set(catalog_of(language)) == set(found_texts()), "run python -m report.messages_found"


@pytest.mark.parametrize("language", WRITTEN)
def test_holes_references_links_marks_and_digits_are_those_of_the_english_text(language: str) -> None:
    for (_, text), said in catalog_of(language).items():
        assert sorted(KEPT.findall(said)) == sorted(KEPT.findall(text)), text
        assert digits(said) == digits(text), text
        assert (said[:1].isspace(), said[-1:].isspace()) == (text[:1].isspace(), text[-1:].isspace()), text
        assert "*" not in text or said.count("*") == text.count("*"), text


@pytest.mark.parametrize("language", WRITTEN)
def test_every_filled_text_can_be_filled(language: str) -> None:
    for (_, text), said in catalog_of(language).items():
        names = re.findall(r"\{(\w+)", text)
        if names and not re.search(r"\{\{|\{n\}|\}\.|\.\w+\}", text):
            assert said.format(**dict.fromkeys(names, "X"))


def test_cyrillic_keeps_acronyms_names_of_files_and_marks_in_latin_only() -> None:
    kept = set(yaml.safe_load((LOCALE / "sr-Cyrl.yaml").read_text(encoding="utf-8"))["keep"])
    single = {word for phrase in kept for word in phrase.split()}
    for text in all_texts("sr-Cyrl"):
        for word in re.findall(r"[A-Za-z]+", KEPT.sub("", text)):
            assert word in single or word.isupper() or "_" in text, (word, text)


def test_a_text_is_said_in_the_language_that_is_spoken_and_else_in_english() -> None:
    assert say("{first} to {last}", first=2021, last=2025) == "2021 to 2025"
    with speaking("sr-Cyrl"):
        assert say("{first} to {last}", first=2021, last=2025) == "2021 до 2025"
        assert say("A text that no catalog has") == "A text that no catalog has"
        assert name_of("type_of_terrorism") == "врста тероризма"
        with speaking("mk"):
            assert say("Partner") == "Partner"
        assert say("Partner") == "Партнер"
    assert name_of("type_of_terrorism") == "type of terrorism"


def test_codes_in_yaml_are_no_texts() -> None:
    settings = {"charts": [{"dimension": "target", "caption": "Targets of attacks, {region}, {year}"}]}
    with speaking("sq"):
        assert translated(settings, TEXTS["figures.yaml"]) == {
            "charts": [{"dimension": "target", "caption": "Objektivat e sulmeve, {region}, {year}"}]
        }


def test_numbers_have_the_decimal_sign_of_the_language() -> None:
    assert decimal("0.25") == "0.25"
    with speaking("sq"):
        assert decimal("~12.5") == "~12,5"
        assert decimal("1.2.3") == "1.2.3"
    assert undecimal("12,5", "sr-Latn") == "12.5"
    assert undecimal("2024, 2025", "sq") == "2024, 2025"


def test_chapters_keep_markup_cells_and_listings() -> None:
    chapter = ["# Arrests {#sec-arrests}", "", "```{python}", 'table("marks")', "```", "- A text"]
    with speaking("sr-Latn"):
        said = list(said_lines(chapter))
    assert said == ["# Hapšenja {#sec-arrests}", *chapter[1:]]
    cell = '```{python}\nnarrative("outlook", title="Outlook")\n```\n'
    assert list(chapter_texts(cell)) == ["Outlook"]


@pytest.mark.parametrize("language", WRITTEN)
def test_every_trend_word_has_a_translation_of_its_own(language: str) -> None:
    words = trend_words(PACKAGE_ROOT)
    known = catalog_of(language)
    for comparison in words.comparisons.values():
        said = [known["", comparison.wording(key)] for key in ("rise", "fall", "chance", "not_comparable")]
        assert len(set(said)) == len(said)
    results = [known["", word] for word in ("higher", "lower", "chance", "not compared", "no figure")]
    assert len(set(results)) == len(results)


def claim(**over: str) -> dict[str, str]:
    row = {
        "family": "headline",
        "series": "attacks",
        "label": "Attacks",
        "comparison": "previous_year",
        "before_period": "2024",
        "wording_key": "rise",
        "wording": "rose from 13 to 31",
        "reason": "",
        "completeness": "6 of 6 partners, both periods",
    }
    return row | over


def test_a_claim_is_told_from_the_same_template() -> None:
    reason = "not every partner reported completely for 2024, and counting changed in 2024, 2025"
    rows = [
        claim(),
        claim(
            wording_key="not_comparable",
            wording=f"21 in 2025 beside 13 in 2024; not compared, because {reason}",
            reason=reason,
        ),
        claim(
            family="exploratory",
            series="incidents-type_of_terrorism-other",
            comparison="five_years",
            before_period="2020 to 2024",
            wording="exploratory: rose to 31, from 60 in the five years before (12.5 a year)",
        ),
        claim(family="exploratory", series="arrests-ALB", wording="exploratory: rose from 1 to 9"),
    ]
    with speaking("sr-Latn"):
        told = told_rows("claims", rows, catalog=CATALOG, region=REGION)
    assert told[0]["wording"] == "porast sa 13 na 31"
    assert told[0]["completeness"] == "6 od 6 partnera, oba perioda"
    assert (
        told[1]["reason"]
        == "nije svaki partner potpuno prijavio za 2024, i brojanje se promenilo u 2024, 2025"
    )
    assert told[1]["wording"].endswith(f"nije upoređeno, jer {told[1]['reason']}")
    assert told[2]["wording"] == "istraživački: porast na 31, sa 60 u pet prethodnih godina (12,5 godišnje)"
    assert (told[2]["label"], told[2]["before_period"]) == (
        "Teroristički napadi, vrsta terorizma: Drugo",
        "2020 do 2024",
    )
    assert told[3]["label"] == "Hapšenja, Albanija"
    with speaking("en"):
        assert told_rows("claims", rows[:2], catalog=CATALOG, region=REGION) == rows[:2]


def test_other_words_of_the_annex_are_told_from_closed_lists() -> None:
    told = {"catalog": CATALOG, "region": REGION}
    with speaking("sr-Latn"):
        (row,) = told_rows("revisions", [{"submissions": "ALB 1 to 2; MNE none to 1"}], **told)
        assert row["submissions"] == "ALB 1 na 2; MNE nijedno na 1"
        assert retold("5 of 6", ("{part} of {whole}",)) == "5 od 6"


@pytest.mark.parametrize("language", REGION.languages)
def test_an_edition_says_where_its_texts_are_not_those_of_a_speaker(language: str) -> None:
    about = edition_description(REGION, 2025, language=language, demonstration=True)
    written = text_language(language)
    assert about["language"] == written
    assert about.get("asked_language", language) == language
    if language == "en":
        assert about["banner"] == ""
    elif written == "en":
        assert str(about["banner"]).startswith(FALLBACK.partition("{")[0])
    else:
        assert not reviewed(language)
        assert str(about["banner"]).endswith(UNREVIEWED)
        assert not str(about["banner"]).startswith(UNREVIEWED)
    names = [partner["name"] for partner in about["partners"]]  # type: ignore[attr-defined]
    assert sum(name.endswith("*") for name in names) == 1
    assert str(about["footnote"]).startswith("* ")
    assert "1244/1999" in str(about["footnote"])


def test_an_unknown_language_is_refused_and_one_without_texts_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = CliRunner().invoke(app, ["demo", "--language", "xx", "--output", "nowhere"])
    assert refused.exit_code == 2
    assert "--language 'xx' is unknown" in refused.stderr
    assert "en, sq, bs, hr, mk, cnr, sr-Latn, sr-Cyrl" in " ".join(refused.stderr.split())
    known_language(REGION, "bs")
    assert "no texts in bs yet" in capsys.readouterr().out
    known_language(REGION, "sq")
    assert not capsys.readouterr().out


def test_a_label_is_broken_into_lines_and_a_long_word_at_a_syllable() -> None:
    assert wrapped("Ethno-nationalist and separatist", 16) == "Ethno-<br>nationalist and<br>separatist"
    assert (
        wrapped("Етнонационалистички и сепаратистички", 16) == "Етнонациона-<br>листички и<br>сепаратистички"
    )


def test_words_for_numbers_are_known_in_the_language_of_the_edition() -> None:
    sources = sources_of(CATALOG, REGION, year=2025, language="sr-Cyrl")
    assert {"пет", "четири"} <= sources.numbers
    told = list(numbers_in("Седам партнера је пријавило нападе.", sources.numbers))
    assert [number.word for number in told] == ["седам"]
    assert not sources.hold(told[0])
    own = numbers_in(
        "тако да највише једно од двадесет издања у којима се ништа није променило", sources.numbers
    )
    assert all(sources.hold(number) for number in own)
