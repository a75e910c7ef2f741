"""The demonstration edition: marked, imperfect on purpose, the same bytes every time."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from tests.editions import ROOT, Built, tesat

CATALOG = load_catalog()
MARK = "Demonstration data: invented figures, not those of any partner"
FOOTNOTE = CATALOG.region("western_balkans").footnotes["status"].text
RISEN = re.compile(
    r"\b(rose|risen|rising|fell|fallen|falling|increase[sd]?|increasing|decrease[sd]?|decreasing|declin\w+|grew"
    r"|growth|growing|surge\w*|soar\w*|doubled|halved|up from|down from|peak\w*)\b",
    re.IGNORECASE,
)


def test_the_folder_is_that_of_the_interface(demonstration: Built) -> None:
    names = {path.relative_to(demonstration.folder).as_posix() for path in demonstration.folder.rglob("*.*")}
    assert {
        "index.html", "report.pdf", "report.docx", "brief.pdf", "brief.docx", "brief.json", "datapackage.json",
        "data/incidents.csv", "data/arrests.csv", "data/convictions.csv",
    } <= names  # fmt: skip
    assert (demonstration.folder / "SHA256SUMS").is_file()
    for name in ("index.html", "report.pdf", "report.docx", "data"):
        assert str(demonstration.folder / name) in demonstration.printed


def test_the_csv_files_have_exactly_the_columns_of_the_interface(demonstration: Built) -> None:
    before = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD".split(",")
    after = "MEASURE,OBS_VALUE,OBS_STATUS,CONF_STATUS,OBS_METHOD,OBS_NOTE,PARTNERS_REPORTING".split(",")
    measures = set()
    for dataset, contract in CATALOG.contracts.items():
        rows = list(demonstration.rows(dataset))
        dimensions = [name.upper() for name in contract.dimension_names]
        assert (
            list(rows[0])
            == [*before, *dimensions, *after]
            == load_interface(CATALOG.root).columns_of(contract)
        )
        assert {row["REF_AREA"] for row in rows} - {
            p.code for p in CATALOG.region("western_balkans").partners
        } == {"WB6"}
        assert not any(row["OBS_VALUE"].endswith(".0") for row in rows)
        measures |= {row["MEASURE"] for row in rows}
    assert measures == set(
        "ATTACKS KILLED INJURED PERSONS CHARGED VERDICTS AVG_SENTENCE_YEARS OPERATIONS PROCEEDINGS PERSONS_TRIED".split()
    )


def test_the_same_inputs_give_the_same_bytes_in_other_surroundings(
    demonstrations: tuple[Built, Built],
) -> None:
    first, second = (
        {
            path.relative_to(built.folder).as_posix(): path.read_bytes()
            for path in built.folder.rglob("*")
            if path.is_file()
        }
        for built in demonstrations
    )
    assert set(first) == set(second)
    assert [name for name in sorted(first) if first[name] != second[name]] == []


def test_every_page_says_that_the_figures_are_invented(demonstration: Built) -> None:
    assert MARK in demonstration.html
    pages = demonstration.pdf_text().rstrip("\f").split("\f")
    assert len(pages) > 20
    assert [number for number, page in enumerate(pages, start=1) if MARK not in page] == []


def test_kosovo_carries_its_asterisk_and_footnote_on_every_page(demonstration: Built) -> None:
    words = re.sub(r"<script.*?</script>", "", demonstration.html, flags=re.DOTALL)
    assert not re.search(r"Kosovo(?!\*| declaration)", words)
    assert FOOTNOTE in words
    for number, page in enumerate(demonstration.pdf_text().rstrip("\f").split("\f"), start=1):
        text = re.sub(r"\s+", " ", re.sub(r"\d+ / \d+", "", page))
        assert not re.search(r"Kosovo(?!\*| declaration)", text), number
        assert FOOTNOTE in text, number
    with (demonstration.folder / "figures" / "attacks-by-partner.csv").open(encoding="utf-8-sig") as handle:
        assert "Kosovo*" in {row["Partner"] for row in csv.DictReader(handle)}


def test_words_of_change_stand_in_claims_only(demonstration: Built) -> None:
    """Neither the page nor its sources may say that a count changed; the claims' own wording is left aside."""
    words = re.sub(r"<script.*?</script>|<style.*?</style>", "", demonstration.html, flags=re.DOTALL)
    for row in demonstration.rows("claims"):
        words = words.replace(row["wording"], "")
    assert RISEN.findall(re.sub(r"<[^>]+>", " ", words).replace("clear rise", "")) == []
    for path in sorted((ROOT / "report").rglob("*")):
        if path.suffix in {".py", ".qmd", ".yaml"}:
            assert RISEN.findall(path.read_text(encoding="utf-8")) == [], path


def test_the_report_names_what_is_missing_rejected_and_late(demonstration: Built) -> None:
    rows = {row[0]: row[1:] for row in demonstration.tables()["tbl-reporting"][1:]}
    assert rows["Montenegro"][:3] == ["No return"] * 3
    assert "T1-repeated-row" in rows["Albania"][-1]
    assert rows["Albania"][:3] == ["Reported"] * 3
    assert "late" in rows["Serbia"][3]
    assert rows["North Macedonia"][2] == "Not available"
    assert (
        "rejected: 2025/ALB-2025-2.xlsx (T1-control-total, T1-repeated-row, T1-unknown-code)"
        in demonstration.printed
    )
    assert "no return for 2025: MNE" in demonstration.printed


def test_states_are_told_apart_in_the_data(demonstration: Built) -> None:
    def state(dataset: str, area: str, year: int, measure: str) -> tuple[str, str]:
        row = demonstration.value(dataset, measure=measure, area=area, year=year)
        return row["OBS_VALUE"], row["OBS_STATUS"]

    assert state("incidents", "ALB", 2023, "ATTACKS") == ("0", "A")
    assert state("incidents", "MNE", 2025, "ATTACKS") == ("", "L")
    assert state("convictions", "MKD", 2025, "VERDICTS") == ("", "O")
    assert state("arrests", "MKD", 2025, "PERSONS") == ("", "Q")
    assert state("arrests", "BIH", 2024, "PERSONS")[1] == "B"
    assert demonstration.value("arrests", measure="PERSONS", area="XKX", year=2025)["OBS_METHOD"] == "R5"


def test_every_figure_has_its_data_table_and_files(demonstration: Built) -> None:
    names = re.findall(r'<figure class="card figure-card" id="fig-([\w-]+)"', demonstration.html)
    assert len(names) >= 30
    for name in names:
        for ending in ("csv", "json", "svg", "png"):
            assert (demonstration.folder / "figures" / f"{name}.{ending}").stat().st_size > 50
        assert f'href="figures/{name}.csv"' in demonstration.html
    assert demonstration.html.count('class="figure-tools"') == len(names)


def test_a_changed_file_is_named_by_verify(demonstration: Built, tmp_path: Path) -> None:
    copy = tmp_path / "release"
    shutil.copytree(demonstration.folder, copy)
    assert tesat("verify", copy, home=tmp_path / "home").returncode == 0
    (copy / "data" / "incidents.csv").write_bytes((copy / "data" / "incidents.csv").read_bytes() + b"x")
    done = tesat("verify", copy, home=tmp_path / "home")
    assert (done.returncode, "data/incidents.csv: differs" in done.stdout) == (1, True)
