"""The demonstration as an outsider reads it: every number is explained, and a number that is planted is found."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pikepdf
import pytest
from docx import Document

from data_contracts.catalog import load_catalog
from pipelines.release_reader import ReleaseReader
from pipelines.release_reading import ReleaseReading, read_release
from tests.editions import Built, tesat
from tests.golden.planted import PLANTERS, Plant, standing
from tests.proofs import CASES, SEED, seeded

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
# Without them a plant in a CSV file is not found only because another form of the same data differs.
OTHER_FORMS = ("tables.xlsx", "incidents.json", "arrests.json", "convictions.json")
OTHER_FORMS += ("provenance.json", "structure.json")
# Nor only because the download page states another checksum.
OF_DATA = re.compile(r' href="\.\./data/[^"]*"|<span class="file-\w+" data-file="data/[^"]*">[^<]*</span>')


@pytest.fixture(scope="module")
def read(demonstration: Built) -> ReleaseReading:
    return read_release(demonstration.folder, catalog=CATALOG, region=REGION)


@pytest.fixture(scope="module")
def copied(demonstration: Built, tmp_path_factory: pytest.TempPathFactory) -> ReleaseReader:
    """A copy of the demonstration to plant in, with what does not change already read."""
    folder = tmp_path_factory.mktemp("planted") / "release"
    shutil.copytree(demonstration.folder, folder, ignore=shutil.ignore_patterns(*OTHER_FORMS))
    downloads = folder / "web" / "downloads.html"
    downloads.write_text(OF_DATA.sub("", downloads.read_text(encoding="utf-8")), encoding="utf-8")
    return ReleaseReader(folder, catalog=CATALOG, region=REGION)


@pytest.fixture(scope="module")
def whole(demonstration: Built, tmp_path_factory: pytest.TempPathFactory) -> ReleaseReader:
    """A copy of the demonstration with all its files, such as those that the PDF carries."""
    folder = tmp_path_factory.mktemp("whole") / "release"
    shutil.copytree(demonstration.folder, folder)
    return ReleaseReader(folder, catalog=CATALOG, region=REGION)


def found_in(known: ReleaseReader, plant: Plant) -> list[str]:
    """What the reading of the parts that a plant changes finds, the data first, the pages last."""
    reader = ReleaseReader(known.folder, catalog=CATALOG, region=REGION)
    reader.__dict__["sources"] = known.sources
    parts = {
        "data": [reader.data, reader.charts, reader.site],
        "figures": [reader.charts],
        "index.html": [reader.site],
        "web": [reader.site],
    }
    if plant.file.startswith("data/"):
        reader.__dict__["known_charts"], reader.__dict__["known_site"] = known.known_charts, known.known_site
    if plant.file.startswith(("web/", "index.html")):
        reader.__dict__["known_charts"] = known.known_charts
    for part in parts[plant.file.partition("/")[0]]:
        findings = [finding for notes in part() for finding in notes.findings]
        # The search index differs from any page that was changed; what counts is what the page itself says.
        pages = plant.file.endswith(".html")
        found = [str(finding) for finding in findings if not pages or finding.file == plant.file]
        if found:
            return found
    return []


def test_every_number_of_the_demonstration_is_explained(read: ReleaseReading) -> None:
    assert read.findings == ()
    by_file = dict(read.figures.group_by("file").len().iter_rows())
    pages = {file for file in by_file if file.endswith(".html")}
    assert sum(by_file[page] for page in pages) > 3000
    assert len(pages) > 20
    assert {
        "data/arrests.csv",
        "figures/arrests-age.csv",
        "figures/arrests-age.json",
        "figures/index.json",
    } <= set(by_file)


def test_what_was_read_is_what_the_data_say(read: ReleaseReading, demonstration: Built) -> None:
    row = demonstration.value("arrests", measure="PERSONS", area="WB6", year=2025, sex="female")
    seen = read.figures.filter(
        dataset="arrests", REF_AREA="WB6", TIME_PERIOD="2025", SEX="female", MEASURE="PERSONS"
    )
    assert set(seen["value"]) == {float(row["OBS_VALUE"])}
    assert set(seen["method"]) == {"R5"}
    assert {"web/overview.html", "figures/index.json", "data/arrests.csv"} <= set(seen["file"])


def test_where_nothing_is_planted_nothing_is_found(copied: ReleaseReader, whole: ReleaseReader) -> None:
    read = [*copied.data(), *copied.charts(), *copied.site(), *whole.documents()]
    assert [str(finding) for notes in read for finding in notes.findings] == []


@seeded(100)
@pytest.mark.parametrize("kind", PLANTERS)
def test_a_planted_number_is_found(kind: str, copied: ReleaseReader) -> None:
    missed = []
    for number in range(CASES["test_a_planted_number_is_found"]):
        draw = random.Random(f"{SEED}|{kind}|{number}")
        plant = PLANTERS[kind](copied.folder, draw)
        with standing(plant, copied.folder):
            if not found_in(copied, plant):
                missed.append((number, plant.file, plant.says))
    assert missed == []


@seeded(100)
def test_a_number_planted_in_the_word_document_is_found(whole: ReleaseReader, tmp_path: Path) -> None:
    path = whole.folder / "report.docx"
    before = path.read_bytes()
    missed = []
    for number in range(CASES["test_a_number_planted_in_the_word_document_is_found"]):
        draw = random.Random(f"{SEED}|word|{number}")
        document = Document(str(path))
        cells = [cell for table in document.tables for row in table.rows[1:] for cell in row.cells[1:]]
        texts = [paragraph for paragraph in document.paragraphs if len(paragraph.text) > 30]
        planted = draw.choice([draw.choice(texts), draw.choice(cells).paragraphs[0]])
        planted.add_run(f" {draw.randint(1, 17)} ")
        document.save(str(path))
        if not whole._word(whole._notes("report.docx")).findings:
            missed.append(number)
        path.write_bytes(before)
    assert missed == []


@seeded(20)
def test_a_number_planted_in_the_pdf_is_found(whole: ReleaseReader) -> None:
    path = whole.folder / "report.pdf"
    before = path.read_bytes()
    missed = []
    for number in range(CASES["test_a_number_planted_in_the_pdf_is_found"]):
        draw = random.Random(f"{SEED}|pdf|{number}")
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            page = pdf.pages[draw.randrange(2, len(pdf.pages))]
            font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
            pages_font = pdf.make_indirect(pikepdf.Dictionary({k: pikepdf.Name(v) for k, v in font.items()}))
            page.add_resource(pages_font, pikepdf.Name("/Font"), pikepdf.Name("/Planted"))
            line = f"BT /Planted 9 Tf 80 {draw.randrange(120, 700)} Td ({draw.randint(1, 17)} persons) Tj ET"
            page.contents_add(f"q {line} Q".encode())
            pdf.save(path)
        if not whole._pdf(whole._notes("report.pdf")).findings:
            missed.append(number)
        path.write_bytes(before)
    assert missed == []


def test_the_command_says_where_and_never_what(whole: ReleaseReader, tmp_path: Path) -> None:
    passed = tesat("audit", whole.folder, "--format", "json", home=tmp_path)
    as_json = json.loads(passed.stdout)
    assert (passed.returncode, as_json["passed"], as_json["findings"]) == (0, True, []), passed.stdout
    text = (whole.folder / "web/overview.html").read_text(encoding="utf-8")
    told = text.replace("<p>Rates relate counts", "<p>Of all persons 4321 were women. Rates relate counts")
    assert told != text
    with standing(Plant("web/overview.html", told, "sentence"), whole.folder):
        refused = tesat("audit", whole.folder, home=tmp_path)
    assert refused.returncode == 1
    assert "web/overview.html: # Attacks and population, “Of all persons # were women." in refused.stdout
    assert not re.search("4321", refused.stdout)
    assert "web/search-index.js: " in refused.stdout
    nothing = tesat("audit", tmp_path, home=tmp_path)
    assert (nothing.returncode, "does not exist" in nothing.stderr) == (2, True)
