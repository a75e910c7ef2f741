"""Texts in all languages: complete, with the placeholders of the English ones, Cyrillic made from Latin letter by letter."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import PACKAGE_ROOT, ContractError, load_catalog
from data_contracts.model import Catalog
from data_contracts.translations import known_languages, load_translation, translated
from data_contracts.transliteration import to_cyrillic
from data_contracts.words import column_meant
from pipelines.cover import load_cover_rules

CATALOG = load_catalog()
LANGUAGES = [language for language in known_languages(CATALOG) if language != "en"]
KEEP = load_translation(CATALOG.root, "sr-Cyrl").keep
PLACEHOLDER = re.compile(r"\{\w*\}")
TEXTS = ("rule", "expected", "remedy")


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


@pytest.fixture
def copy(tmp_path: Path) -> Catalog:
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return load_catalog(root)


def test_there_is_a_translation_into_every_language_of_the_region_and_of_the_code_lists() -> None:
    assert set(known_languages(CATALOG)) == set(CATALOG.region("western_balkans").languages)
    for code_list in CATALOG.code_lists.values():
        for code in code_list.codes:
            assert set(code.labels) == set(known_languages(CATALOG)), (code_list.name, code.code)
            assert all(code.labels.values()), (code_list.name, code.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_translated_with_its_placeholders(language: str) -> None:
    own = load_translation(CATALOG.root, language).findings
    assert set(own) == set(CATALOG.findings), (
        f"{language}: translate new findings, remove those that are gone"
    )
    for code, rule in CATALOG.findings.items():
        for name in TEXTS:
            text, english = getattr(own[code], name), getattr(rule, name)
            assert placeholders(text) == placeholders(english), f"{language} {code} {name}: {text}"
            if english not in ("UTF-8.", "{total}."):
                assert text != english, f"{language} {code} {name} is not translated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_template_is_translated_with_its_placeholders(language: str) -> None:
    own, english = load_translation(CATALOG.root, language), load_translation(CATALOG.root, "en")
    rules = load_cover_rules(CATALOG.root)
    footnotes = {f"footnote_{key}" for region in CATALOG.regions.values() for key in region.footnotes}
    assert set(own.words) == set(english.words) | footnotes
    assert (
        {field.name for field in (*rules.fields, *rules.dataset_fields)}
        == set(own.fields)
        == set(english.fields)
    )
    assert set(own.datasets) == set(CATALOG.contracts)
    for key, word in english.words.items():
        assert placeholders(own.words[key]) == placeholders(word), f"{language} {key}"
    for contract in CATALOG.contracts.values():
        for column in contract.columns:
            keys = {column.name, f"{contract.dataset}.{column.name}"}
            assert keys & set(own.columns) and keys & set(english.columns), f"{language} {keys}"
    for text in (*own.fields.values(), *own.datasets.values(), *own.columns.values()):
        assert text.label and text.description, f"{language} {text}"


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_input_messages_are_not_cut_by_the_spreadsheet_program(language: str) -> None:
    texts = translated(CATALOG, language)
    hints = f"{texts.word('hint_total')} {texts.word('hint_not_specified')}"
    for contract in CATALOG.contracts.values():
        for column in contract.columns:
            text = texts.column(contract.dataset, column.name)
            assert len(text.label) <= 32 and len(text.description) <= 255, (language, text)
    for name in load_translation(CATALOG.root, "en").fields:
        assert len(texts.field(name).label) <= 32 and len(texts.field(name).description) <= 255, (
            language,
            name,
        )
    for key in ("not_in_list", "not_a_number", "not_a_date", "too_long"):
        assert len(texts.word(f"{key}_title")) <= 32 and len(texts.word(key)) <= 225, (language, key)
    assert len(hints) <= 255


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_the_cover_s_first_heading_is_known_as_no_field(language: str) -> None:
    head = translated(CATALOG, language).word("head_field")
    assert head.casefold() in load_cover_rules(CATALOG.root).title_words


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_a_column_s_label_names_one_column_of_its_dataset(language: str) -> None:
    texts = translated(CATALOG, language)
    for contract in CATALOG.contracts.values():
        for column in contract.columns:
            label = texts.column(contract.dataset, column.name).label
            assert column_meant(CATALOG, contract, label.upper()) == column.name, label


def test_only_english_counts_as_read_by_a_native_speaker_until_somebody_has() -> None:
    reviewed = {name: translated(CATALOG, name).reviewed for name in known_languages(CATALOG)}
    assert reviewed == {name: name == "en" for name in known_languages(CATALOG)}


def test_a_missing_entry_is_english(copy: Catalog) -> None:
    path = copy.root / "translations" / "sq.yaml"
    text = path.read_text(encoding="utf-8")
    for key in ("T1-duplicate-key", "partner:", "sex:", "title:"):
        text = re.sub(rf"^  {key}.*\n", "", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    texts = translated(copy, "sq")
    assert texts.finding("T1-duplicate-key") == copy.findings["T1-duplicate-key"]
    assert texts.finding("T1-date").rule.startswith("{column} përmban")
    assert (texts.field("partner").label, texts.column("arrests", "sex").label) == ("Partner", "Sex")
    assert texts.word("title") == "Return for {year}: {partner}"


def test_a_dataset_without_any_translation_has_its_own_english_texts(copy: Catalog) -> None:
    for path in (copy.root / "translations").glob("*.yaml"):
        path.write_text(
            re.sub(r"^  (arrests|charged):.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        )
    texts = translated(copy, "mk")
    assert texts.dataset("arrests").label == copy.contracts["arrests"].title
    assert texts.column("arrests", "charged").label == "Charged"


def test_severity_and_level_stay_those_of_the_rule() -> None:
    rule = translated(CATALOG, "mk").finding("T3-tables-disagree")
    assert (rule.code, rule.level, rule.severity) == ("T3-tables-disagree", 3, "warning")


def test_an_unknown_language_is_refused_with_those_that_there_are(copy: Catalog) -> None:
    with pytest.raises(ContractError, match=r"no translation into 'de'; take one of en, bs, cnr"):
        translated(copy, "de")
    (copy.root / "translations" / "sq.yaml").write_text("language: sq\nfindings: [")
    with pytest.raises(ContractError, match=r"sq\.yaml: not a translation"):
        translated(copy, "sq")


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Džihadistički, NJEGOŠ, Njegoš, ljudi", "Џихадистички, ЊЕГОШ, Његош, људи"),
        ("Polje {column} je prazno", "Поље {column} је празно"),
        ("upišite `_T` ili not_specified", "упишите `_T` или not_specified"),
        ("cover.yaml i obrazac.xlsx, 12 redova", "cover.yaml и obrazac.xlsx, 12 редова"),
        ("TLP:GREEN, a ne TLP:REDOVNO", "TLP:GREEN, а не ТЛП:РЕДОВНО"),
        ("kao no, a ne novo", "као no, а не ново"),
        ("in\u200djekcija", "инјекција"),
    ],
)
def test_transliteration(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin, keep=[*(word for word in KEEP if word != "TLP")]) == cyrillic


def test_labels_kept_in_both_scripts_are_the_same_words() -> None:
    pairs = []
    for path in sorted((CATALOG.root / "code_lists").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            pairs += [(row["sr-Latn"], row["sr-Cyrl"]) for row in csv.DictReader(handle)]
    for region in CATALOG.regions.values():
        names = [region.names, *(partner.names for partner in region.partners)]
        pairs += [(name["sr-Latn"], name["sr-Cyrl"]) for name in names if "sr-Cyrl" in name]
    assert len(pairs) > 80
    for latin, cyrillic in pairs:
        assert to_cyrillic(latin) == cyrillic


def test_nothing_but_codes_and_names_stays_in_latin() -> None:
    for language in ("sr-Cyrl", "mk"):
        own = load_translation(CATALOG.root, language)
        entries = [
            *own.findings.values(),
            *own.fields.values(),
            *own.datasets.values(),
            *own.columns.values(),
        ]
        texts = [*own.words.values(), *(text for entry in entries for text in entry.model_dump().values())]
        for text in texts:
            assert not re.search(r"[A-Za-zčćšžđ][А-я]|[А-я][A-Za-zčćšžđ]", text), text
            plain = re.sub(r"\{\w+\}|`[^`]*`|\w*_\w+|\w*\.(yaml|csv|xlsx|zip)", "", text)
            for word in sorted(KEEP, key=len, reverse=True):
                plain = plain.replace(word, "")
            assert not re.search(r"[A-Za-zčćšžđ]{2,}", plain), text
