"""What a check answers: grouped, in the partner's language, at the places where the contact point finds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data_contracts.translations import known_languages, translated
from pipelines.answer import answer_of
from pipelines.answer_forms import in_form
from pipelines.answer_text import LINES, Screen
from pipelines.answer_words import in_language, said
from pipelines.checking import CheckResult, check_path
from pipelines.findings import Finding, Place, finding
from pipelines.places import Header, address_of
from tests.unit.faulty_returns import as_folder, plant
from tests.unit.template_filling import CATALOG, REGION, filled

ENGLISH = translated(CATALOG, "en")
PATH = Path("in/XKX 2025.xlsx")
CONTROL = re.compile(r"\x1b\[[\d;]+m")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("faulty") / "XKX-2025.xlsx", language="sq")


@pytest.fixture(scope="module")
def result(faulty: Path) -> CheckResult:
    return check_path(faulty, catalog=CATALOG, region_name=REGION.name)


def text(result: CheckResult, language: str = "en", **screen: object) -> str:
    texts = translated(CATALOG, language)
    return in_form("text", result, path=PATH, texts=texts, screen=Screen(**screen))  # type: ignore[arg-type]


def one(
    code: str = "T1-date", *, row: int | None = 7, column: str | None = "sex", **values: object
) -> Finding:
    return finding(CATALOG, code, place=Place("arrests", "arrests", row, column), **values)


def test_the_text_fits_a_screen_and_names_the_place_what_was_seen_and_what_to_do(result: CheckResult) -> None:
    shown = text(result)
    assert len(shown.splitlines()) <= LINES
    assert shown.startswith("Errors: 7\n  cover  C-date-order\n")
    assert "    arrests!C2: text (not repeated)" in text(result, all=True)
    assert "    arrests!A5: empty" in text(result, all=True)
    assert re.search(r"cover!B\d+: text \(not repeated\) \(Did you mean reported\?\)", shown)
    assert max(map(len, shown.splitlines())) <= 100


def test_what_does_not_fit_is_named_and_how_to_see_it(result: CheckResult) -> None:
    shown = text(result)
    assert re.search(
        r"arrests T1-unknown-code \(1\); cover T3-count-over-total \(1\)\n"
        r'Not shown: \d. To see all:\n  tesat check "in/XKX 2025.xlsx" --all\n',
        shown.replace(";\n  ", "; "),
    )
    full = text(result, all=True)
    assert "Not shown" not in full
    assert sum(found.code in full for found in result.findings) == len(result.findings)
    assert full.index("Errors: 7") < full.index("Warnings: 1") < full.index("REJECTED")


@pytest.mark.parametrize("lines", [20, 24, 40])
def test_a_small_screen_is_enough(result: CheckResult, lines: int) -> None:
    assert len(text(result, lines=lines).splitlines()) <= lines


def test_the_verdict_and_the_next_step_stand_last(result: CheckResult) -> None:
    verdict, *steps = text(result).rpartition("\n\n")[2].splitlines()
    assert verdict == "REJECTED  XKX 2025.xlsx  Errors: 7. Warnings: 1. Levels checked: 0, 1, 3."
    assert steps == [
        "Mend the errors and check again.",
        "To see them in your own workbook, coloured and explained:",
        '  tesat check "in/XKX 2025.xlsx" --annotated "XKX 2025-marked.xlsx"',
    ]


def test_an_accepted_return_says_how_to_answer_warnings_and_to_hand_over(result: CheckResult) -> None:
    clean = replace(result, findings=(), verdict="accepted")
    assert text(clean) == (
        "ACCEPTED  XKX 2025.xlsx  Nothing was found. Levels checked: 0, 1, 3.\n"
        'The return can be handed over:\n  tesat submit "in/XKX 2025.xlsx" --inbox INBOX\n'
    )
    values = {"key": "_T", "first": 2, "sum": 9}
    warned = clean.with_findings([one("T3-tables-disagree", row=12, column="persons", **values)])
    shown = text(warned, "sq")
    assert "arrests.confirmations" in shown
    assert "  T3-tables-disagree@rreshti 12: arsyeja me fjalë\n" in shown


def test_the_example_of_an_answer_to_a_warning_is_understood(result: CheckResult) -> None:
    from pipelines.confirmations import _confirmation
    from pipelines.cover import load_cover_rules

    words = load_cover_rules(CATALOG.root).row_words
    warned = replace(result, findings=(), verdict="accepted").with_findings(
        [one("T3-tables-disagree", row=12, column="persons", key="_T", first=2, sum=9)]
    )
    for language in known_languages(CATALOG):
        (line,) = (line for line in text(warned, language).splitlines() if line.startswith("  T3-"))
        answer = _confirmation(line.strip(), "arrests", Place(), row_words=words)
        assert answer is not None and answer.answers(warned.findings[0]), line


def test_confirmed_warnings_are_shown_as_confirmed(result: CheckResult) -> None:
    findings = tuple(
        replace(found, confirmed=found.severity == "warning")
        for found in result.findings
        if found.severity == "warning"
    )
    shown = text(replace(result, findings=findings, verdict="accepted"))
    assert shown.startswith("Confirmed warnings: 1\n  cover  T3-count-over-total\n")
    assert "What to do" not in shown and "\nWarnings" not in shown
    assert "ACCEPTED  XKX 2025.xlsx  Confirmed warnings: 1." in shown


def test_many_places_of_one_kind_are_two_lines_at_first(result: CheckResult) -> None:
    many = replace(result, findings=tuple(one(row=row) for row in range(2, 90)))
    shown = text(many)
    assert len(shown.splitlines()) < 15
    counted = re.search(r"and (\d+) more", shown)
    assert counted and int(counted[1]) + len(re.findall(r"arrests!C\d+", shown)) == 88
    assert len(re.findall(r"arrests!C\d+", text(many, all=True))) == 88


def test_colours_are_for_terminals_only_and_add_nothing(result: CheckResult) -> None:
    assert "\033" not in text(result)
    coloured = text(result, colours=True)
    assert "\033[1;31mREJECTED\033[0m" in coloured and "\033[31mErrors: 7\033[0m" in coloured
    assert CONTROL.sub("", coloured) == text(result)


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_everything_is_said_in_the_language(result: CheckResult, language: str) -> None:
    shown = text(result, language, all=True)
    word = translated(CATALOG, language).word
    for key in ("rejected", "errors", "warnings", "expected", "remedy", "next_mend"):
        assert word(key) in shown
    english = {"Expected", "What to do", "Did you mean", "not repeated", "empty", "row ", "Write", "Correct"}
    if language != "en":
        assert not [words for words in english if words in shown]


def of_every_code(values: Callable[[str], dict[str, object]]) -> list[Finding]:
    place = Place("arrests", "arrests", 3, "sex")
    return [finding(CATALOG, code, place=place, **values(code)) for code in CATALOG.findings]


def test_in_english_a_finding_says_what_it_said() -> None:
    names = set(re.findall(r"{([a-z]+)}", (CATALOG.root / "findings.yaml").read_text(encoding="utf-8")))
    values: dict[str, object] = dict.fromkeys(names - {"column", "dataset", "sheet", "row"}, "X")
    asked = {"suggestion": " Did you mean female or male?"}
    for found in of_every_code(lambda code: values | asked):
        assert in_language(found, ENGLISH) == found


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("C-note-missing", {"because": "coverage is partial"}, "coverage = partial"),
        (
            "T3-victims-in-foiled",
            {"when": "attack_status is foiled or failed"},
            "attack_status = foiled / failed",
        ),
        ("L0-no-cover", {"name": "sheet cover"}, "fleta cover"),
        ("L0-sheet-too-large", {"limit": "100 rows and 20 columns"}, "100 rreshta dhe 20 kolona"),
        ("T1-control-total", {"table": "nothing", "rows": 3, "total": 4}, "_T (3 rreshta)"),
        (
            "T1-unknown-code",
            {"allowed": "a", "suggestion": " Did you mean b or c?"},
            "Mos deshët të thoni b ose c?",
        ),
    ],
)
def test_what_english_puts_into_a_text_is_translated_too(
    code: str, values: dict[str, object], words: str
) -> None:
    told = in_language(one(code, **values), translated(CATALOG, "sq"))
    assert words in f"{told.rule} {told.expected} {told.remedy}"


def test_a_finding_without_its_values_keeps_its_texts() -> None:
    bare = replace(one("T1-out-of-range", minimum=1, maximum=9), values=())
    assert said(bare, translated(CATALOG, "sq")).expected == "From 1 to 9."


@pytest.mark.parametrize(
    ("found", "cell", "name"),
    [
        (one(row=7, column="sex"), "C7", "sex"),
        (one(row=7, column="B"), "B7", None),
        (one("L0-cell-without-column", row=4, column=None, number=28), "AB4", None),
        (one(row=None, column="sex"), None, "sex"),
        (one(row=7, column=None), None, None),
        (one(row=7, column="charged"), None, "charged"),
        (finding(CATALOG, "C-year", place=Place(None, "cover", 3, "reference_year")), "B3", "reference_year"),
        (finding(CATALOG, "L0-field-form", place=Place(None, "cover", 3, "partnr")), "A3", "partnr"),
        (
            finding(CATALOG, "C-year", place=Place(None, "cover.yaml", 3, "reference_year")),
            None,
            "reference_year",
        ),
    ],
)
def test_a_place_is_a_cell_where_it_is_one(found: Finding, cell: str | None, name: str | None) -> None:
    address = address_of(found, headers={"arrests": Header(1, {"sex": "C"})}, catalog=CATALOG)
    assert (address.cell, address.name) == (cell, name if name != "partnr" else address.name)


def test_letters_follow_the_sender_s_header_in_any_order(tmp_path: Path, faulty: Path) -> None:
    folder = as_folder(faulty, tmp_path / "return")
    lines = (folder / "arrests.csv").read_text(encoding="utf-8").splitlines()
    turned = [";".join(reversed(line.split(";"))) for line in lines]
    (folder / "arrests.csv").write_text("\n\n" + "\n".join(turned) + "\n", encoding="utf-8")
    result = check_path(folder, catalog=CATALOG, region_name=REGION.name)
    assert result.headers["arrests"].row == 3
    places = {
        (entry.code, spot.where)
        for entry in answer_of("x", result, texts=ENGLISH).entries
        for spot in entry.spots
    }
    assert ("T1-unknown-code", "arrests!E4 sex") in places
    assert any(re.fullmatch(r"cover\.yaml, row \d+ prepared_on", where) for _, where in places)


def test_a_good_template_has_nothing_to_say(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.xlsx", language="mk")
    result = check_path(path, catalog=CATALOG, region_name=REGION.name)
    assert text(result, "mk").startswith("ПРИФАТЕНО  XKX 2025.xlsx  Не е најдено ништо.")
