"""What an edition says of years that an earlier one has published: each figure that differs, and why.

Belongs here: this edition beside the last one of an earlier edition year. Both are read from published figures
alone, so that any reader comes to the same. The headline series over all editions is `triangle.py`; keeping
protected figures as they were is `frozen.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region
from pipelines.editions import PublishedEdition
from pipelines.reporting_states import MISSING

REVISIONS: dict[str, pl.DataType] = {
    "dataset": pl.String(),
    "ref_area": pl.String(),
    "time_period": pl.String(),
    "codes": pl.String(),
    "measure": pl.String(),
    "edition_then": pl.String(),
    "value_then": pl.String(),
    "status_then": pl.String(),
    "method_then": pl.String(),
    "value_now": pl.String(),
    "status_now": pl.String(),
    "method_now": pl.String(),
    "difference": pl.String(),
    "reasons": pl.String(),
    "submissions": pl.String(),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Resubmission:
    """The numbers of the submissions of a partner that counted in two editions; `none` where there was none."""

    partner: str
    then: str
    now: str

    @property
    def reason(self) -> str:
        """Why a figure that rests on it may differ."""
        if self.then == "none":
            return "late_return"
        return "withdrawn_return" if self.now == "none" else "new_submission"


def revisions(
    figures: Mapping[str, pl.DataFrame],
    reporting: pl.DataFrame,
    last: PublishedEdition | None,
    *,
    catalog: Catalog,
    region: Region,
) -> pl.DataFrame:
    """The figures that the last edition of an earlier edition year states otherwise.

    Grain: figure. Columns: `REVISIONS`. `figures` is SDMX-CSV by dataset, `reporting` this edition's table of it.
    Empty where there is no earlier edition.

    Source: methodology, section 7.
    """
    rows: list[tuple[object, ...]] = []
    if last is not None:
        changes = resubmissions(last.figures("reporting"), reporting)
        for dataset, of_dataset in figures.items():
            contract = catalog.contracts[dataset]
            beside = side_by_side(of_dataset, last, contract=contract).filter("revised")
            for row, parts in _with_parts(beside, contract, region):
                of_parts = _of_parts(changes, dataset, row["TIME_PERIOD"], parts)
                rows.append(_revision(row, contract, last, of_parts))
    return pl.DataFrame(rows, schema=REVISIONS, orient="row")


def side_by_side(now: pl.DataFrame, last: PublishedEdition | None, *, contract: Contract) -> pl.DataFrame:
    """The figures of a dataset that this edition and the last one both have.

    Grain: figure. Columns: those of SDMX-CSV, the last edition's with `_then`; `revised` where they say different
    things: another value, another kind of no value, or another method. A dimension that the last edition did not
    have is a total in it.
    """
    keys = ["REF_AREA", "TIME_PERIOD", *(name.upper() for name in contract.dimension_names), "MEASURE"]
    now = now.with_columns(pl.col(pl.String).fill_null(""))
    then = now.clear()
    if last is not None and last.holds(contract.dataset):
        then = _with_dimensions(last.figures(contract.dataset), keys)
    beside = now.join(then, on=keys, how="inner", suffix="_then", validate="1:1", maintain_order="left")
    differ = [a.ne(b) for a, b in zip(_said(""), _said("_then"), strict=True)]
    return beside.with_columns(pl.any_horizontal(differ).alias("revised"))


def _with_dimensions(then: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    start, end = then.columns.index("TIME_PERIOD") + 1, then.columns.index("MEASURE")
    gone = [name for name in then.columns[start:end] if name not in keys]
    new = [pl.lit(TOTAL).alias(name) for name in keys if name not in then.columns]
    total_only = pl.all_horizontal([pl.lit(value=True), *(pl.col(name) == TOTAL for name in gone)])
    return then.filter(total_only).drop(gone).with_columns(new)


def _said(suffix: str) -> list[pl.Expr]:
    """What a figure says to a reader: its value, else the kind of no value, and its method."""
    value, status = pl.col(f"OBS_VALUE{suffix}"), pl.col(f"OBS_STATUS{suffix}")
    return [value, pl.when(value == "").then(status).otherwise(pl.lit("")), pl.col(f"OBS_METHOD{suffix}")]


def resubmissions(then: pl.DataFrame, now: pl.DataFrame) -> dict[tuple[str, str, str], Resubmission]:
    """By partner, year and dataset, the submissions that counted then and now, where they are not the same."""
    before, after = _submissions(then), _submissions(now)
    return {
        key: Resubmission(key[0], before[key], after[key])
        for key in sorted(before.keys() & after.keys())
        if before[key] != after[key]
    }


def _submissions(reporting: pl.DataFrame) -> dict[tuple[str, str, str], str]:
    return {
        (row["partner"], str(row["reference_year"]), row["dataset"]): (
            "none" if row["state"] == MISSING else str(row["submission"])
        )
        for row in reporting.iter_rows(named=True)
    }


def _with_parts(
    beside: pl.DataFrame, contract: Contract, region: Region
) -> Iterator[tuple[Row, frozenset[str]]]:
    """Each revised figure with the areas whose returns explain it.

    A partner's own return; for the region the partners whose figure of the same codes was revised, and all partners
    where no such figure is published.
    """
    revised: dict[tuple[str, ...], set[str]] = {}
    for row in beside.iter_rows(named=True):
        revised.setdefault(_key(row, contract), set()).add(row["REF_AREA"])
    everybody = frozenset(partner.code for partner in region.partners)
    for row in beside.iter_rows(named=True):
        own = frozenset(revised[_key(row, contract)])
        regional = row["REF_AREA"] == region.ref_area
        yield row, (own & everybody or everybody) if regional else frozenset({row["REF_AREA"]})


def _key(row: Row, contract: Contract) -> tuple[str, ...]:
    return (row["TIME_PERIOD"], row["MEASURE"], *(row[name.upper()] for name in contract.dimension_names))


def _of_parts(
    changes: Mapping[tuple[str, str, str], Resubmission], dataset: str, period: str, parts: frozenset[str]
) -> list[Resubmission]:
    years = years_of(period)
    return [
        change
        for (partner, year, of), change in changes.items()
        if of == dataset and year in years and partner in parts
    ]


def years_of(period: str) -> tuple[str, ...]:
    """The years of a period: of a year itself, of a pooled period such as 2021-01-01/P3Y all of them."""
    start, _, length = period.partition("/P")
    first = int(start[:4])
    return tuple(str(year) for year in range(first, first + int(length.removesuffix("Y") or 1)))


def _revision(
    row: Row, contract: Contract, last: PublishedEdition, changes: Sequence[Resubmission]
) -> tuple[object, ...]:
    codes = ((name, row[name.upper()]) for name in contract.dimension_names)
    numbers = {f"{change.partner} {change.then} to {change.now}": None for change in changes}
    return (
        contract.dataset,
        row["REF_AREA"],
        row["TIME_PERIOD"],
        ";".join(f"{name}={code}" for name, code in codes if code != TOTAL),
        row["MEASURE"],
        last.label,
        *(row[f"{name}_then"] for name in ("OBS_VALUE", "OBS_STATUS", "OBS_METHOD")),
        *(row[name] for name in ("OBS_VALUE", "OBS_STATUS", "OBS_METHOD")),
        _difference(row),
        ";".join(_reasons(row, changes)),
        "; ".join(numbers),
    )


def _difference(row: Row) -> str:
    """The later figure less the earlier, where both are there and neither was rounded to protect persons."""
    values = row["OBS_VALUE_then"], row["OBS_VALUE"]
    if "" in values or rounded_in_either(row):
        return ""
    return f"{float(values[1]) - float(values[0]):g}"


def rounded_in_either(row: Row) -> bool:
    """Whether a figure that two editions have was rounded to protect persons in one of them, or both."""
    return any(row[name].startswith("R") for name in ("OBS_METHOD", "OBS_METHOD_then"))


def _reasons(row: Row, changes: Sequence[Resubmission]) -> list[str]:
    """All that explains a revision, from published columns; `computation` where nothing else does."""
    found = {change.reason for change in changes}
    if row["STRUCTURE_ID"] != row["STRUCTURE_ID_then"]:
        found.add("definitions")
    if ("break" in row["OBS_NOTE"].split(";")) != ("break" in row["OBS_NOTE_then"].split(";")):
        found.add("break")
    if row["OBS_METHOD"] != row["OBS_METHOD_then"] or row["CONF_STATUS"] != row["CONF_STATUS_then"]:
        found.add("protection")
    return sorted(found) or ["computation"]
