"""The data folder of an edition: every published table as a file, and what the report needs to know of the edition.

Belongs here: which files there are. Their form is in `release.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data_contracts.messages import language_name, later, reviewed, say, speaking, text_language
from data_contracts.model import Catalog, Region
from pipelines.data_package import data_package
from pipelines.formula_safe import safe_frame
from pipelines.marks import with_marks, with_revised
from pipelines.provenance import provenance
from pipelines.release import to_sdmx, write_csv, write_json
from pipelines.sdmx_json import data_message
from pipelines.sdmx_structure import structure_message
from pipelines.tables_workbook import write_workbook

DEMONSTRATION_MARK = later("Demonstration data: invented figures, not those of any partner")
FALLBACK = "This edition is in English, for the report has no texts in {language} yet."
UNREVIEWED = later(
    "This is a translation of the English text that no speaker of the language has reviewed yet."
)
ANNEX_TABLES = (
    "reporting",
    "counted_returns",
    "processing_steps",
    "claims",
    "clear_rises",
    "power",
    "rates",
    "revisions",
    "revision_triangle",
    "quality",
    "judgements",
    "judgement_scores",
    "other_sources",
    "offences",
)
WORKBOOK = "tables.xlsx"
PROVENANCE, STRUCTURE = "provenance.json", "structure.json"
PACKAGE = "datapackage.json"


def published_tables(work: Path, *, datasets: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The published observations of an edition, by dataset, from its work folder."""
    return {dataset: pl.read_parquet(work / f"published_{dataset}.parquet") for dataset in datasets}


def edition_figures(work: Path, *, region: Region, year: int, catalog: Catalog) -> dict[str, pl.DataFrame]:
    """The published observations of an edition as SDMX-CSV with their marks, by dataset, but for `revised`."""
    reporting = pl.read_parquet(work / "reporting.parquet")
    found = {}
    for dataset, frame in published_tables(work, datasets=region.datasets).items():
        contract = catalog.contracts[dataset]
        sdmx = to_sdmx(frame, contract=contract)
        found[dataset] = with_marks(sdmx, reporting, contract=contract, region=region, year=year)
    return found


def write_release_data(
    work: Path, *, region: Region, year: int, catalog: Catalog, language: str, demonstration: bool
) -> list[Path]:
    """Writes `release/data/` anew, with its description beside it, and returns the files.

    One SDMX-CSV and one SDMX-JSON per dataset with their structures, the annex tables, all of them as a workbook,
    provenance.json, edition.json. The description stands there before the report, for the PDF carries it.
    """
    release = work / "release"
    shutil.rmtree(release, ignore_errors=True)
    data = release / "data"
    annex = {name: safe_frame(pl.read_parquet(work / f"{name}.parquet")) for name in ANNEX_TABLES}
    figures = {
        dataset: with_revised(frame, annex["revisions"], contract=catalog.contracts[dataset])
        for dataset, frame in edition_figures(work, region=region, year=year, catalog=catalog).items()
    }
    edition = edition_description(region, year, language=language, demonstration=demonstration)
    prepared = str(edition["date"])
    files = [write_csv(frame, data / f"{name}.csv") for name, frame in (figures | annex).items()]
    for dataset, frame in figures.items():
        contract = catalog.contracts[dataset]
        message = data_message(frame, catalog=catalog, contract=contract, region=region, prepared=prepared)
        files.append(write_json(message, data / f"{dataset}.json"))
    contracts = [catalog.contracts[dataset] for dataset in figures]
    structures = structure_message(contracts, catalog=catalog, region=region, prepared=prepared)
    # Readers of SDMX-JSON look for the schema at the beginning of the file.
    files.append(write_json(structures, data / STRUCTURE, as_given=True))
    files.append(
        write_workbook(
            data / WORKBOOK,
            figures,
            annex,
            title=f"{edition['title']}, {edition['subtitle']}",
            mark=str(edition["edition_mark"]),
            footnote=str(edition["footnote"]),
            prepared=prepared,
            catalog=catalog,
        )
    )
    origin = provenance(figures, annex, catalog=catalog, region=region, edition=edition)
    files.append(write_json(origin, data / PROVENANCE))
    files.append(write_json(edition, data / "edition.json"))
    package = data_package(
        release,
        name=region.name,
        title=region.report_title,
        year=year,
        contracts=contracts,
        catalog=catalog,
    )
    return [*files, write_json(package, release / PACKAGE)]


def edition_description(
    region: Region, year: int, *, language: str, demonstration: bool
) -> dict[str, object]:
    """What the report needs to know of its edition; the date is that of the edition, never a clock's."""
    with speaking(language):
        return _description(region, year, language=language, demonstration=demonstration)


def _description(region: Region, year: int, *, language: str, demonstration: bool) -> dict[str, object]:
    members, written = region.partners_in(year), text_language(language)
    asked = {} if written == language else {"asked_language": language}
    marked = {partner.footnote for partner in members if partner.footnote is not None}
    notes = [f"{note.mark} {say(note.text)}" for name, note in region.footnotes.items() if name in marked]
    imprint = {} if region.imprint is None else region.imprint.model_dump()
    imprint |= {name: say(imprint[name]) for name in ("network", "rights") if name in imprint}
    mark = say(DEMONSTRATION_MARK) if demonstration else ""
    title, name, date = say(region.report_title), region.names[written], f"{year + 1}-06-30"
    subtitle = say("{region}, reference year {year}", region=name, year=year)
    citation = say("{title}: {subtitle}, edition of {date}", title=title, subtitle=subtitle, date=date)
    return {
        "region": region.name,
        "ref_area": region.ref_area,
        "region_name": name,
        "year": year,
        "years": list(region.shown_years(year)),
        "pooled_periods": [list(period) for period in region.pooled_until(region.shown_years(year))],
        "series_years": region.series_years,
        "language": written,
        **asked,
        "title": title,
        "subtitle": subtitle,
        "date": date,
        "edition_mark": mark,
        "imprint": imprint,
        "citation": ". ".join(part for part in (imprint.get("network"), citation, mark) if part) + ".",
        "footnote": " ".join(notes),
        "banner": " ".join(part for part in (say(region.banner or ""), _notice(language)) if part),
        "partners": [{"code": partner.code, "name": partner.names[written]} for partner in members],
        "datasets": list(region.datasets),
        "demonstration": demonstration,
    }


def _notice(language: str) -> str:
    """What every page says of the language of an edition: that it is not the one asked for, or was not reviewed."""
    if text_language(language) != language:
        return FALLBACK.format(language=language_name(language))
    return "" if reviewed(language) else " ".join(dict.fromkeys([say(UNREVIEWED), UNREVIEWED]))
