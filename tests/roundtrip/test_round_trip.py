"""The whole way of a return: template, filled in LibreOffice, rejected, marked, corrected in LibreOffice, accepted.

Every step is the command that a contact point types, or LibreOffice typing into cells. The pictures of a run stay in
the folder that TESAT_ROUNDTRIP_PICTURES names, for those who want to look at them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from data_contracts.catalog import load_catalog
from data_contracts.translations import translated
from pipelines.annotated_marks import FILLS
from tests.editions import tesat
from tests.roundtrip.office import Office
from tests.unit.faulty_returns import row_of
from tests.unit.template_filling import word_of

CATALOG = load_catalog()
LANGUAGES = {"sr-Cyrl": "SRB", "sq": "ALB"}
# Type, sex, age and count: a table by each. The words are those that the drop-downs insert, and one label alone.
TABLE = (
    ("jihadist", "_T", "_T", 9),
    ("right_wing", "_T", "_T", 5),
    ("_T", "female", "_T", 3),
    ("_T", "male", "_T", 11),
    ("_T", "_T", "18_24", 4),
    ("_T", "_T", "25_34", 10),
)
COVER = {
    "submission": "1",
    "prepared_on": "2026-02-14",
    "contact_point": "Njësia e statistikës / Одељење за статистику",
    "handling": "TLP:GREEN",
    "operations": "4",
    "incidents.status": "not_available",
    "convictions.status": "not_available",
    "arrests.status": "reported",
    "arrests.coverage": "complete",
    "arrests.total": "14",
    "arrests.break_in_series": "no",
    "arrests.release": "protected",
}
LISTED = ("incidents.status", "convictions.status", "arrests.status", "arrests.coverage", "arrests.release")
# Where what is typed wrongly, the code of its finding, and where that is marked.
FAULTS = {
    "arrests!A2": ("jihadst", "T1-unknown-code", "arrests!A2"),
    "arrests!F3": ("5.5", "T1-decimal", "arrests!F3"),
    "arrests!C4": ("", "T1-missing-value", "arrests!C4"),
    "arrests!E5": ("own, eu", "T1-several-values", "arrests!E5"),
    "arrests!F7": ("9", "T1-control-total", "arrests!F6"),  # the first row of the table
    "cover!prepared_on": ("14.02.2026.", "C-date-order", "cover!prepared_on"),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def at(book: openpyxl.Workbook, place: str) -> tuple[str, str]:
    """The sheet and cell of a place; on the cover, fields go by their name."""
    sheet, _, name = place.partition("!")
    return (sheet, f"B{row_of(book, name)}") if sheet == "cover" else (sheet, name)


def typed(template: Path) -> dict[str, str]:
    """What a contact point fills in, by place: words from the drop-downs, one of them its label alone."""
    book = openpyxl.load_workbook(template)
    cells = {f"cover!{field}": text for field, text in COVER.items()}
    for field in LISTED:
        cells[f"cover!{field}"] = word_of(book, *at(book, f"cover!{field}"), COVER[field])
    for row, (kind, sex, age, count) in enumerate(TABLE, start=2):
        for letters, code in zip("ABCDE", (kind, "_T", sex, age, "_T"), strict=True):
            cells[f"arrests!{letters}{row}"] = word_of(book, "arrests", f"{letters}{row}", code)
        cells[f"arrests!F{row}"] = str(count)
    cells["arrests!A3"] = cells["arrests!A3"].split(" – ")[1].upper()
    return cells


def run(home: Path, *arguments: str | Path, code: int) -> str:
    done = tesat(*arguments, home=home)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(("language", "partner"), LANGUAGES.items())
def test_from_the_template_to_an_accepted_return(
    office: Office, tmp_path: Path, language: str, partner: str
) -> None:
    names = ("template", "filled", "marked", "mended")
    template, filled, marked, mended = (tmp_path / f"{partner}-2025-{name}.xlsx" for name in names)
    options = ("--language", language)
    run(tmp_path, "template", "--partner", partner, "--year", "2025", *options, "-o", template, code=0)
    right = typed(template)
    book = openpyxl.load_workbook(template)
    wrong = right | {place: fault for place, (fault, _, _) in FAULTS.items()}
    office.types(template, filled, [(*at(book, place), text) for place, text in wrong.items()])
    handed = filled.read_bytes()

    answer = ("check", filled, *options, "--annotated", marked)
    told = json.loads(run(tmp_path, *answer, "--format", "json", code=1))
    assert sorted(code for _, code, _ in FAULTS.values()) == sorted(own["code"] for own in told["findings"])
    shown = run(tmp_path, "check", filled, *options, "--all", code=1)
    for _, code, place in FAULTS.values():
        assert code in shown and "!".join(at(book, place)) in shown
    assert filled.read_bytes() == handed, "the original is not changed"

    seen = openpyxl.load_workbook(marked)
    texts = translated(CATALOG, language)
    for _, code, place in FAULTS.values():
        sheet, cell = at(seen, place)
        mark = seen[sheet][cell]
        assert str(mark.fill.fgColor.rgb)[-6:] == FILLS["error"], place
        assert code in mark.comment.text and texts.word("remedy") in mark.comment.text, place
    _look(office, marked, tmp_path, language)

    office.types(marked, mended, [(*at(seen, place), right[place]) for place in FAULTS])
    accepted = run(tmp_path, "check", mended, *options, code=0)
    assert texts.word("accepted") in accepted and texts.word("nothing_found") in accepted
    book = openpyxl.load_workbook(mended)
    assert word_of(book, "arrests", "A2", "jihadist") == right["arrests!A2"], "drop-downs are still there"
    run(tmp_path, "submit", mended, "--inbox", tmp_path / "inbox", code=0)

    again = tmp_path / "again.xlsx"
    run(tmp_path, "check", mended, *options, "--annotated", again, code=0)
    clean = openpyxl.load_workbook(again)
    cells = [clean[sheet][cell] for sheet, cell in (at(clean, place) for _, _, place in FAULTS.values())]
    assert not [
        cell.coordinate for cell in cells if cell.comment or str(cell.fill.fgColor.rgb)[-6:] in FILLS.values()
    ]


def _look(office: Office, marked: Path, folder: Path, language: str) -> None:
    """The marked workbook on paper: LibreOffice shows the list, the marks and the language."""
    pages = office.prints(marked, folder)
    assert len(pages) > 3
    if os.environ.get("TESAT_ROUNDTRIP_PICTURES"):
        target = Path(os.environ["TESAT_ROUNDTRIP_PICTURES"])
        target.mkdir(parents=True, exist_ok=True)
        for page in pages[:4]:
            shutil.copy(page, target / f"{language}-{re.sub(r'[^0-9]', '', page.stem[-2:])}.png")
