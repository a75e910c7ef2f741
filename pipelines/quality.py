"""The quality report: how complete, punctual, comparable, revised and checked the figures are.

Belongs here: indicators per partner and region under the headings of Eurostat's SIMS. Shares of characteristics
come from published figures alone, so that the report gives nothing away that the tables do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region
from pipelines.editions import PublishedEdition
from pipelines.marks import RESTS_ON, key_columns, unspecified_shares
from pipelines.quality_intake import Intake
from pipelines.questions import Question
from pipelines.reporting_states import MISSING, deadline_of
from pipelines.revisions import rounded_in_either, side_by_side

QUALITY: dict[str, pl.DataType] = {
    "ref_area": pl.String(),
    "dataset": pl.String(),
    "concept": pl.String(),
    "indicator": pl.String(),
    "detail": pl.String(),
    "value": pl.String(),
}
CONCEPTS = {
    "data_completeness": "S.12.3.1",
    "partial_coverage": "S.13.3.1",
    "unit_non_response": "S.13.3.3.1",
    "not_specified_share": "S.13.3.3.2",
    "days_after_deadline": "S.14.2.1",
    "comparable_years": "S.15.2.1",
    "figures_compared": "S.17.2.1",
    "figures_revised": "S.17.2.1",
    "mean_relative_revision": "S.17.2.1",
    "questions": "S.18.4",
    "questions_confirmed": "S.18.4",
}
Row = Mapping[str, Any]


def quality(
    figures: Mapping[str, pl.DataFrame],
    reporting: pl.DataFrame,
    intake: Mapping[str, Intake],
    last: PublishedEdition | None,
    *,
    catalog: Catalog,
    region: Region,
    year: int,
) -> pl.DataFrame:
    """The indicators of an edition.

    Grain: area x dataset x indicator x detail. Columns: `QUALITY`. `figures` is SDMX-CSV by dataset, `intake` by
    partner.

    Source: Eurostat, Single Integrated Metadata Structure 2.0; methodology, sections 4 and 6.
    """
    rows = [*_returns(reporting.filter(reference_year=year), region), *_intake(intake, region, year)]
    for dataset, of_dataset in figures.items():
        contract = catalog.contracts[dataset]
        rows += _unspecified(of_dataset, contract, year)
        rows += _comparable(of_dataset, contract, region, year)
        rows += _revised(side_by_side(of_dataset, last, contract=contract), dataset)
    frame = pl.DataFrame(rows, schema=["ref_area", "dataset", "indicator", "detail", "value"], orient="row")
    concepts = pl.col("indicator").replace_strict(CONCEPTS).alias("concept")
    areas = [*(partner.code for partner in region.partners), region.ref_area]
    order = {
        "ref_area": {area: number for number, area in enumerate(areas)},
        "dataset": {name: number for number, name in enumerate(("", *region.datasets))},
        "indicator": {name: number for number, name in enumerate(CONCEPTS)},
    }
    by = [pl.col(name).replace_strict(known, return_dtype=pl.Int32) for name, known in order.items()]
    return frame.with_columns(concepts).select(list(QUALITY)).sort(*by, "detail")


def _returns(reporting: pl.DataFrame, region: Region) -> Iterator[tuple[str, ...]]:
    """Completeness, coverage and non-response, from the table of reporting of the edition's year."""
    for (partner,), rows in reporting.group_by("partner", maintain_order=True):
        yield _share(str(partner), "", "data_completeness", _complete(rows), _applicable(rows))
        yield str(partner), "", "partial_coverage", "", str(rows.filter(state="partial").height)
    for (dataset,), rows in reporting.group_by("dataset", maintain_order=True):
        area, missing = region.ref_area, rows.filter(state=MISSING).height
        yield _share(area, str(dataset), "data_completeness", _complete(rows), _applicable(rows))
        yield area, str(dataset), "partial_coverage", "", str(rows.filter(state="partial").height)
        yield _share(area, str(dataset), "unit_non_response", missing, rows.height)


def _complete(rows: pl.DataFrame) -> int:
    return rows.filter(pl.col("state").is_in(RESTS_ON)).height


def _applicable(rows: pl.DataFrame) -> int:
    return rows.filter(pl.col("state") != "not_applicable").height


def _share(area: str, dataset: str, indicator: str, part: int, whole: int) -> tuple[str, ...]:
    return area, dataset, indicator, f"{part} of {whole}", f"{part / whole:.3f}" if whole else ""


def _intake(intake: Mapping[str, Intake], region: Region, year: int) -> Iterator[tuple[str, ...]]:
    deadline = deadline_of(region, year)
    for partner, known in intake.items():
        if deadline is not None and known.first_received is not None:
            late = date.fromisoformat(known.first_received[:10]) - date.fromisoformat(deadline)
            yield partner, "", "days_after_deadline", "", str(late.days)
        for dataset in ("", *region.datasets) if known.first_received is not None else ():
            asked = [question for question in known.asked if dataset == "" or question.concerns(dataset)]
            named = dataset in known.as_reported
            yield partner, dataset, "questions", _codes(asked, named=named), str(len(asked))
            answered = [question for question in asked if question.confirmed]
            yield partner, dataset, "questions_confirmed", _codes(answered, named=named), str(len(answered))


def _codes(asked: Iterable[Question], *, named: bool) -> str:
    """The codes of warnings, which say how counts moved: only where these are published as reported."""
    return " ".join(sorted({question.code for question in asked})) if named else ""


def _unspecified(figures: pl.DataFrame, contract: Contract, year: int) -> Iterator[tuple[str, ...]]:
    """By area and dimension, of the main count that is broken down by that dimension alone."""
    of_year = figures.filter(TIME_PERIOD=str(year), MEASURE=str(contract.main_measure.sdmx_measure))
    for column in contract.dimensions:
        others = [pl.col(name.upper()) == TOTAL for name in contract.dimension_names if name != column.name]
        keys = [key for key in key_columns(contract) if key != column.name.upper()]
        shares = unspecified_shares(of_year.filter(others), column.name.upper(), keys=keys)
        for row in shares.iter_rows(named=True):
            detail = f"{column.name}, rounded" if row["rounded"] else column.name
            yield row["REF_AREA"], contract.dataset, "not_specified_share", detail, f"{row['share']:.3f}"


def _comparable(
    figures: pl.DataFrame, contract: Contract, region: Region, year: int
) -> Iterator[tuple[str, ...]]:
    totals = figures.filter(
        [pl.col(name.upper()) == TOTAL for name in contract.dimension_names],
        MEASURE=str(contract.main_measure.sdmx_measure),
    )
    found = {(row["REF_AREA"], row["TIME_PERIOD"]): row for row in totals.iter_rows(named=True)}
    for area in (*(partner.code for partner in region.partners_in(year)), region.ref_area):
        count = 0
        while (row := found.get((area, str(year - count)))) is not None and row["OBS_VALUE"]:
            count += 1
            if "break" in row["OBS_NOTE"].split(";"):
                break
        yield area, contract.dataset, "comparable_years", "", str(count)


def _revised(beside: pl.DataFrame, dataset: str) -> Iterator[tuple[str, ...]]:
    for (area,), rows in beside.group_by("REF_AREA", maintain_order=True):
        revised = rows.filter("revised").height
        yield str(area), dataset, "figures_compared", "", str(rows.height)
        yield str(area), dataset, "figures_revised", "", str(revised)
        sizes = [size for row in rows.iter_rows(named=True) if (size := _relative(row)) is not None]
        if sizes:
            mean = f"{sum(sizes) / len(sizes):.4f}"
            yield str(area), dataset, "mean_relative_revision", f"{len(sizes)} figures", mean


def _relative(row: Row) -> float | None:
    """The size of a revision; None where one value is missing, was rounded at random, or the earlier is 0."""
    now, then = row["OBS_VALUE"], row["OBS_VALUE_then"]
    if not now or not then or rounded_in_either(row) or float(then) == 0:
        return None
    return abs(float(now) - float(then)) / float(then)
