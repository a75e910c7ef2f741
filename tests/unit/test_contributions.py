"""A partner's contribution reaches the editors, from a folder and from a workbook, and nobody else."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import yaml

from data_contracts.catalog import load_catalog
from pipelines.acceptance import accept
from pipelines.checking import check_path
from pipelines.contributions import contributions
from pipelines.register import Store

CATALOG = load_catalog()
DATASETS = ("incidents", "arrests", "convictions")


def cover(partner: str) -> dict[str, object]:
    nil = {name: {"status": "nil", "release": "exact"} for name in DATASETS}
    return {
        "partner": partner,
        "reference_year": "2025",
        "submission": "1",
        "prepared_on": "2026-02-14",
        "contact_point": "Statistics unit",
        "handling": "TLP:GREEN",
        "definitions_version": "1",
        "datasets": nil,
    }


def folder(path: Path, partner: str, text: str = "") -> Path:
    path.mkdir()
    (path / "cover.yaml").write_text(yaml.safe_dump(cover(partner)), encoding="utf-8")
    if text:
        (path / "contribution.md").write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, partner: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "cover"
    given = cover(partner)
    datasets = given.pop("datasets")
    assert isinstance(datasets, dict)
    rows = [
        *given.items(),
        *((f"{name}.{field}", value) for name, own in datasets.items() for field, value in own.items()),
    ]
    for row in rows:
        sheet.append(row)
    written = book.create_sheet("contribution")
    for row in (("Heading", "Paragraph"), ("Courts", "Trials are long."), ("Police", "Exchange works.")):
        written.append(row)
    book.save(path)
    return path


def test_contributions_of_the_returns_that_count(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    handed = [
        folder(tmp_path / "a", "ALB", "# Courts\n\nTrials are long.\n"),
        workbook(tmp_path / "b.xlsx", "BIH"),
        folder(tmp_path / "c", "SRB"),
    ]
    for path in handed:
        receipt = store.receive(
            path,
            received_at="2026-03-01T00:00:00Z",
            catalog=CATALOG,
            region=CATALOG.region("western_balkans"),
        )
        assert receipt.path is not None
        done = accept(
            store, check_path(receipt.path, catalog=CATALOG, region_name="western_balkans"), catalog=CATALOG
        )
        assert done.status == "accepted", done.result.findings
    assert contributions(store, year=2025, catalog=CATALOG) == {
        "ALB": "# Courts\n\nTrials are long.\n",
        "BIH": "# Courts\n\nTrials are long.\n\n# Police\n\nExchange works.",
    }
