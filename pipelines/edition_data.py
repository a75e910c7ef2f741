"""The data folder of an edition: every published table as a file, and what the report needs to know of the edition.

Belongs here: which files there are. Their form is in `release.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.release import to_sdmx, write_csv, write_json
from pipelines.statistics import Window

DEMONSTRATION_MARK = "Demonstration data: invented figures, not those of any partner"
ANNEX_TABLES = ("reporting", "claims", "rates")


def published_tables(work: Path, *, datasets: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The published observations of an edition, by dataset, from its work folder."""
    return {dataset: pl.read_parquet(work / f"published_{dataset}.parquet") for dataset in datasets}


def write_release_data(
    work: Path, *, region: Region, year: int, catalog: Catalog, language: str, demonstration: bool
) -> list[Path]:
    """Writes `release/data/` anew and returns its files: one SDMX-CSV per dataset, the annex tables, edition.json."""
    release = work / "release"
    shutil.rmtree(release, ignore_errors=True)
    files = []
    for dataset, frame in published_tables(work, datasets=region.datasets).items():
        sdmx = to_sdmx(frame, contract=catalog.contracts[dataset])
        files.append(write_csv(sdmx, release / "data" / f"{dataset}.csv"))
    for name in ANNEX_TABLES:
        files.append(write_csv(pl.read_parquet(work / f"{name}.parquet"), release / "data" / f"{name}.csv"))
    edition = edition_description(region, year, language=language, demonstration=demonstration)
    files.append(write_json(edition, release / "data" / "edition.json"))
    return files


def edition_description(
    region: Region, year: int, *, language: str, demonstration: bool
) -> dict[str, object]:
    """What the report needs to know of its edition; the date is that of the edition, never a clock's."""
    members = region.partners_in(year)
    marked = {partner.footnote for partner in members if partner.footnote is not None}
    notes = [f"{note.mark} {note.text}" for name, note in region.footnotes.items() if name in marked]
    return {
        "region": region.name,
        "ref_area": region.ref_area,
        "region_name": region.names[language],
        "year": year,
        "years": list(Window(year, region.series_years).years),
        "series_years": region.series_years,
        "language": language,
        "title": region.report_title,
        "subtitle": f"{region.names[language]}, reference year {year}",
        "date": f"{year + 1}-06-30",
        "edition_mark": DEMONSTRATION_MARK if demonstration else "",
        "footnote": " ".join(notes),
        "banner": region.banner or "",
        "partners": [{"code": partner.code, "name": partner.names[language]} for partner in members],
        "datasets": list(region.datasets),
        "demonstration": demonstration,
    }
