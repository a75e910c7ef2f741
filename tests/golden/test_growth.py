"""A fourth dataset and a seventh partner, by YAML and one chapter alone: those that `docs/adding_a_dataset.md` shows.

The page's blocks are copied beside the shipped contracts and chapters; no Python is written.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.dictionary import data_dictionary
from tests.editions import ROOT, Built, tesat
from tests.unit.test_documents import examples_of

RETURNS = {
    "AAA": "type_of_terrorism,item,seizures\njihadist,firearm,3\nother,explosive,4\n",
    "SRB": "type_of_terrorism,item,seizures\nright_wing,firearm,11\n",
}
COVER = """partner: {partner}
reference_year: 2025
submission: 1
prepared_on: 2026-02-14
contact_point: Statistics unit
handling: TLP:GREEN
definitions_version: "1"
datasets:
  incidents: {{status: nil, release: exact}}
  arrests: {{status: not_available}}
  convictions: {{status: not_available}}
  seizures: {{status: reported, coverage: complete, total: {total}, release: exact, break_in_series: false}}
"""


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def insert(path: Path, after: str, line: str) -> None:
    """Puts a line behind the first one that holds some words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    position = next(number for number, known in enumerate(lines) if after in known)
    path.write_text(
        "\n".join([*lines[: position + 1], line, *lines[position + 1 :]]) + "\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """An edition of the region with the page's dataset and partner, and its contracts."""
    folder = tmp_path_factory.mktemp("grown")
    contracts, report = folder / "contracts", folder / "report"
    shutil.copytree(PACKAGE_ROOT, contracts, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(
        ROOT / "report", report, ignore=shutil.ignore_patterns("*.py", "__pycache__", "rendering")
    )
    blocks = examples_of("adding_a_dataset.md")
    assert len(blocks) == 5
    for name in ("contracts/seizures/v1.yaml", "code_lists/item.csv"):
        put(contracts / name, blocks[name])
    put(report / "chapters" / "seizures.qmd", blocks["chapters/seizures.qmd"])
    insert(
        report / "figures" / "figures.yaml",
        "name: verdicts-finality",
        f"  {blocks['figures/figures.yaml'].strip()}",
    )
    insert(report / "index.qmd", "chapters/convictions.qmd", "\n{{< include chapters/seizures.qmd >}}")
    region = contracts / "regions" / "western_balkans.yaml"
    insert(region, "code: SRB", "  " + blocks["regions/western_balkans.yaml"].strip().replace("2027", "2025"))
    put(region, region.read_text("utf-8").replace("convictions]", "convictions, seizures]", 1))
    for partner, rows in RETURNS.items():
        total = sum(int(row.rsplit(",", 1)[1]) for row in rows.splitlines()[1:])
        put(folder / "inbox" / partner / "cover.yaml", COVER.format(partner=partner, total=total))
        put(folder / "inbox" / partner / "seizures.csv", rows)
    done = tesat(
        "build", "--year", 2025, "--inbox", folder / "inbox", "--output", folder / "out", "--contracts", contracts,
        "--report", report, "--formats", "html,pdf", home=folder / "home",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder / "out" / "western_balkans-2025", done.stdout), contracts


def test_the_new_dataset_is_in_the_data_the_chapter_and_the_annex(grown: tuple[Built, Path]) -> None:
    built, _ = grown
    assert built.value("seizures", measure="SEIZURES", area="WB6", year=2025)["OBS_VALUE"] == "18"
    assert (
        built.value("seizures", measure="SEIZURES", area="WB6", year=2025, item="firearm")["OBS_VALUE"]
        == "14"
    )
    assert '<section id="sec-seizures"' in built.html
    assert 'id="fig-seizures-items"' in built.html
    rows = {row[0]: row[1:] for row in built.tables()["tbl-seizures-by-year"][1:]}
    assert rows["Western Balkans"][-1] == "18"
    assert "Seizures of weapons and explosives" in built.pdf_text()


def test_the_new_partner_is_counted_and_has_its_page(grown: tuple[Built, Path]) -> None:
    built, _ = grown
    assert built.value("seizures", measure="SEIZURES", area="AAA", year=2025)["OBS_VALUE"] == "7"
    assert '<section id="sec-partner-aaa"' in built.html
    assert "2 of 7 partners" in built.text
    earlier = [
        row for row in built.rows("seizures") if row["REF_AREA"] == "AAA" and row["TIME_PERIOD"] == "2024"
    ]
    assert earlier == []


def test_a_chapter_on_a_dataset_that_a_region_does_not_collect_is_left_out(gtd: Built) -> None:
    assert '<section id="sec-arrests"' not in gtd.html
    assert '<section id="sec-overview"' in gtd.html


def test_the_new_dataset_is_in_the_dictionary_and_a_seventh_partner_in_no_code(
    grown: tuple[Built, Path],
) -> None:
    _, contracts = grown
    catalog = load_catalog(contracts)
    assert "`seizures_by_item`" in data_dictionary(catalog)
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "report").rglob("*.py"))
    assert not re.search(r"seizures", sources)
