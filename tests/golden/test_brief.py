"""The brief of the demonstration: two pages of A4, its points those of the report, every number in it read back."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from data_contracts.catalog import load_catalog
from pipelines.release_reader import ReleaseReader
from report.brief.content import brief_of
from report.building import BRIEF, PROJECT
from report.edition import Edition
from tests.editions import Built
from tests.golden.test_demonstration import FOOTNOTE, MARK
from tests.rendered import structure_elements

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")


def pages_of(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return [re.sub(r"\s+", " ", page) for page in done.stdout.rstrip("\f").split("\f")]


def points_of(built: Built) -> list[str]:
    """The key points, as the first section of the brief's texts."""
    texts = [text["text"] for text in json.loads((built.folder / "brief.json").read_text("utf-8"))["texts"]]
    return texts[: next(number for number, text in enumerate(texts) if text in {"Partner", "Albania"})]


def test_it_has_exactly_two_pages_that_keep_the_standards_and_describe_their_charts(
    demonstration: Built,
) -> None:
    with pikepdf.open(demonstration.folder / "brief.pdf") as pdf:
        sizes = [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]
        assert sizes == [(595, 842), (595, 842)]
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.docinfo.Title).endswith(": Two-page brief")
        elements = structure_elements(pdf)
        alts = [str(element.Alt) for element in elements if str(element.S) == "/Figure"]
        kinds = {str(element.S) for element in elements}
    assert [alt.partition(".")[0] for alt in alts] == [
        "Column chart of attacks by year",
        "Column chart of persons arrested by year",
        "Column chart of verdicts by year",
    ]
    assert {"/H1", "/L", "/Table", "/TH", "/TD"} <= kinds


def test_both_pages_are_marked_and_carry_the_footnote(demonstration: Built) -> None:
    pages = pages_of(demonstration.folder / "brief.pdf")
    assert len(pages) == 2
    for page in pages:
        assert MARK in page and FOOTNOTE in page
        assert not re.search(r"Kosovo(?!\*| declaration)", page)


def test_its_points_are_those_of_the_report(demonstration: Built) -> None:
    points = points_of(demonstration)
    assert 5 <= len(points) <= 7
    report = re.sub(r"\s+", " ", demonstration.pdf_text())
    for point in points:
        assert point in report, point


def test_it_says_what_cannot_be_said(demonstration: Built) -> None:
    second = pages_of(demonstration.folder / "brief.pdf")[1]
    assert "There is no return of Montenegro for 2025." in second
    for row in demonstration.rows("claims"):
        if row["family"] == "headline" and row["comparison"] == "previous_year" and row["reason"]:
            assert f"because {row['reason']}" in second
    assert "[c] withheld" in second and "[n] no return" in second


def test_of_many_partners_the_region_stands_alone_and_the_others_are_where_it_says(
    demonstration: Built, tmp_path: Path
) -> None:
    """Forty partners do not fit two pages, and choosing among them would say something of those who are left out."""
    words = (PROJECT / BRIEF).read_text("utf-8")
    (tmp_path / "brief.yaml").write_text(words.replace("most_partners: 14", "most_partners: 5"), "utf-8")
    edition = Edition(demonstration.folder, CATALOG)
    few, many = brief_of(edition, PROJECT / BRIEF), brief_of(edition, tmp_path / "brief.yaml")
    assert few.sections["partners"].count("Serbia") == 1 and "Serbia" not in many.sections["partners"]
    assert edition.region_name in many.sections["partners"]
    assert "figures of each partner stand in the full report" in many.sections["limits"]
    assert "stand in the full report" not in few.sections["limits"]


def test_the_word_file_says_the_same(demonstration: Built) -> None:
    from docx import Document

    word = Document(str(demonstration.folder / "brief.docx"))
    said = {re.sub(r"\s+", " ", paragraph.text).strip() for paragraph in word.paragraphs}
    assert set(points_of(demonstration)) <= said
    partners = word.tables[1]
    assert [row.cells[0].text for row in partners.rows][-1] == "Western Balkans"
    assert len(word.inline_shapes) == 3


@pytest.mark.parametrize("kind", ["value", "surplus", "attached"])
def test_a_number_that_nothing_explains_is_found(demonstration: Built, tmp_path: Path, kind: str) -> None:
    copy = tmp_path / "release"
    shutil.copytree(demonstration.folder, copy)
    index = copy / "brief.json"
    known = json.loads(index.read_text("utf-8"))
    if kind == "value":
        text = next(text for text in known["texts"] if "terrorist attacks were reported" in text["text"])
        known["texts"].remove(text)
    elif kind == "surplus":
        known["texts"].append({"text": "There were 77 of them.", "text_numbers": []})
    else:
        (copy / "data" / "rates.csv").write_bytes((copy / "data" / "rates.csv").read_bytes() + b"\n")
    index.write_text(json.dumps(known), "utf-8")
    reader = ReleaseReader(copy, catalog=CATALOG, region=REGION)
    notes = reader.documents() if kind == "attached" else reader.brief()
    found = {str(finding) for note in notes for finding in note.findings}
    expected = {"value": "brief.pdf", "surplus": "brief.json", "attached": "report.pdf"}[kind]
    assert any(expected in finding for finding in found), found
