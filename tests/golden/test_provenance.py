"""Where the demonstration's figures come from: every number has a record, notes are linked both ways, nothing leaks."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from pipelines.figure_keys import DERIVED, key_of, parse_key
from pipelines.release_findings import Notes
from pipelines.release_provenance import check_provenance
from pipelines.release_reader import ReleaseReader
from report import origins
from report.edition import Edition
from tests.editions import Built

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")


@pytest.fixture(scope="module")
def known(demonstration: Built) -> dict[str, Any]:
    text = (demonstration.folder / "data" / "provenance.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.fixture(scope="module")
def reader(demonstration: Built) -> ReleaseReader:
    return ReleaseReader(demonstration.folder, catalog=CATALOG, region=REGION)


def pages(built: Built) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(built.folder.rglob("*.html"))}


def test_the_records_follow_their_published_schema(known: dict[str, Any]) -> None:
    schema = json.loads((PACKAGE_ROOT / "provenance.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(known, schema)


def test_every_number_of_the_pages_and_figures_leads_to_a_record(
    demonstration: Built, known: dict[str, Any]
) -> None:
    keys = set(re.findall(r'data-key="([^"]+)"', "".join(pages(demonstration).values())))
    for path in demonstration.folder.glob("figures/*.keys.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            keys |= {cell for row in csv.reader(file) for cell in row if cell}
    keys = {key for found in keys for key in found.split()}
    parsed = [parse_key(key) for key in keys]
    observed = {key_of(key.table, key.parts[:2]) for key in parsed if key.table in REGION.datasets}
    annex = {key.table for key in parsed} - {*REGION.datasets, DERIVED}
    assert len(observed) > 60
    assert observed <= set(known["records"])
    assert len(annex) > 5
    assert annex <= set(known["annex"])


def test_a_record_says_whose_returns_and_how_they_were_released(known: dict[str, Any]) -> None:
    record = known["records"]["arrests:XKX.2025"]
    assert record["returns"] == ["XKX-2025"]
    assert record["tables"]["arrests_by_type"]["decision"] == "rounded"
    assert (
        known["records"]["incidents:ALB.2025"]["tables"]["attacks_by_type_and_status"]["decision"]
        == "as_reported"
    )
    assert known["records"]["incidents:MNE.2025"]["returns"] == []
    assert "MNE-2025" not in known["records"]["incidents:WB6.2025"]["returns"]
    pooled = known["records"][key_of("arrests", ["WB6", "2021-01-01/P3Y"])]
    assert {name[-4:] for name in pooled["returns"]} == {"2021", "2022", "2023"}


def test_a_record_reveals_no_more_than_the_published_files(
    demonstration: Built, known: dict[str, Any]
) -> None:
    said = json.dumps(known)
    hashes = {path.stem for path in (demonstration.folder.parent / ".store" / "objects").rglob("*.*")}
    assert hashes
    assert not [digest for digest in hashes if digest[:12] in said]
    hidden = [
        (row["REF_AREA"], row["TIME_PERIOD"])
        for row in demonstration.rows("arrests")
        if row["OBS_STATUS"] == "Q" and row["MEASURE"] == "PERSONS"
    ]
    for area, period in hidden:
        for table in known["records"][key_of("arrests", [area, period])]["tables"].values():
            assert set(table) == {"figures", "states", "methods", "notes", "decision"}
    fingerprints = [one["fingerprint"] for one in known["returns"].values()]
    assert len(set(fingerprints)) == len(fingerprints) > 25


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda k: k["records"]["arrests:ALB.2025"]["tables"]["arrests_by_type"]["states"].update(A=99),
            "states",
        ),
        (lambda k: k["records"].pop("arrests:ALB.2025"), "other figures"),
        (lambda k: k["records"]["arrests:ALB.2025"]["returns"].append("ALB-1999"), "unknown return"),
        (lambda k: k["returns"]["ALB-2025"].update(submission=7), "returns: differ"),
        (lambda k: k["steps"]["totals"].update(version="0" * 12), "steps: differ"),
        (lambda k: k["datasets"]["arrests"].update(contract="9"), "other versions"),
    ],
)
def test_a_record_that_was_changed_is_found(
    reader: ReleaseReader, known: dict[str, Any], tmp_path: Path, change: Any, problem: str
) -> None:
    changed = json.loads(json.dumps(known))
    change(changed)
    (tmp_path / "provenance.json").write_text(json.dumps(changed), encoding="utf-8")
    notes = Notes("data/provenance.json", reader.release, reader.sources)
    check_provenance(reader.release, tmp_path / "provenance.json", notes)
    assert any(problem in str(found) for found in notes.findings), notes.findings
    same = Notes("data/provenance.json", reader.release, reader.sources)
    check_provenance(reader.release, reader.folder / "data" / "provenance.json", same)
    assert same.findings == []


def test_each_figure_and_table_leads_to_its_note_and_back(demonstration: Built) -> None:
    text = "".join(pages(demonstration).values())
    figures = set(re.findall(r'<figure class="card figure-card" id="(fig-[\w-]+)"', text))
    noted = set(re.findall(r'id="src-((?:fig|tbl)-[\w-]+)"', text))
    linked = set(re.findall(r'href="[\w./-]*#src-((?:fig|tbl)-[\w-]+)"', text))
    assert len(figures) > 30
    assert figures <= noted
    assert noted == linked
    back = set(re.findall(r'id="src-[\w-]+">\s*<a href="[\w./-]*#((?:fig|tbl)-[\w-]+)"', text))
    assert back == noted


def test_the_web_edition_has_a_line_for_every_record_and_table(
    demonstration: Built, known: dict[str, Any]
) -> None:
    text = "".join(pages(demonstration).values())
    anchors = set(re.findall(r'id="(rec-[\w-]+)"', text))
    assert {origins.anchor_of(name) for name in (*known["records"], *known["annex"])} == anchors


def test_notes_stand_in_pdf_and_word_and_links_lead_to_them(demonstration: Built) -> None:
    import pikepdf
    from docx import Document

    with pikepdf.open(demonstration.folder / "report.pdf") as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
    assert len(links) > 120
    body = Document(str(demonstration.folder / "report.docx")).element.body
    namespace = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    attribute = "{" + namespace["w"] + "}"
    names = {mark.get(f"{attribute}name") for mark in body.iterfind(".//w:bookmarkStart", namespace)}
    anchors = {link.get(f"{attribute}anchor") for link in body.iterfind(".//w:hyperlink", namespace)}
    assert len({name for name in names if name and name.startswith("src-")}) > 60
    assert {anchor for anchor in anchors if anchor and anchor.startswith("src-")} <= names
    told = demonstration.pdf_text()
    assert told.count("Where this comes from") > 60
    lists = [page for page in told.split("\f") if re.match(r"\s*(Figures|Tables)\s{3,}", page)]
    assert lists and not any("Where this comes from" in page for page in lists)


def test_more_years_than_a_page_holds_are_so_many_tables(
    demonstration: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty fingerprints side by side were broken into pieces that the reader of the PDF could not put together."""
    edition = Edition(demonstration.folder, CATALOG)
    whole = origins.counted_returns(edition)
    assert whole.count("::: {#tbl-") == 1
    monkeypatch.setattr(origins, "YEARS_BESIDE", 2)
    text = origins.counted_returns(edition)
    names = re.findall(r"::: \{#(tbl-[\w-]+)", text)
    assert names == ["tbl-counted-returns", "tbl-counted-returns-2", "tbl-counted-returns-3"]
    assert set(re.findall(r"no\. [^|]+", text)) == set(re.findall(r"no\. [^|]+", whole))
