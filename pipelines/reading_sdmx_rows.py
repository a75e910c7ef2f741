"""Which rows of observations are rows of a return: its partner's, of its year, counted, and each once.

Belongs here: the faults of a row of SDMX-CSV. Each is looked for in the rows that those before it have left, so that
a row has one. Codes and counts are checked in the wide table, which `reading_sdmx.py` makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from data_contracts.interface import load_interface, structure_id
from data_contracts.model import Catalog, Contract
from data_contracts.words import meant_partner
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, echo, finding
from pipelines.limits_listing import listed
from pipelines.reading_cover import RawCover
from pipelines.reading_rows import BLANKS

_CODED = ("STRUCTURE", "ACTION", "FREQ", "OBS_STATUS", "CONF_STATUS", "OBS_NOTE")
_WHOLE = r"^[+]?(\d{1,9})(?:[.,]0{1,2})?$"


@dataclass(frozen=True)
class _Fault:
    """A fault of rows: the code of its finding, the column that it is seen in, and which rows have it."""

    code: str
    column: str
    rows: pl.Expr
    texts: Mapping[str, object] = field(default_factory=dict)


def measure_codes(contract: Contract) -> dict[str, str]:
    """The measures of a contract by what MEASURE holds for them; one that is never published by its name."""
    return {(measure.sdmx_measure or measure.name.upper()): measure.name for measure in contract.measures}


def own_rows(
    rows: pl.DataFrame, *, contract: Contract, cover: RawCover, place: Place, catalog: Catalog
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows with a count of the return, and the findings of those that are none.

    Takes all columns of the dataset's observations (String). A measure of the cover that says the same as the cover
    is left out, and so is a row that says that there is no value.
    """
    rules = load_cover_rules(catalog.root).sdmx
    codes = [name for name in rows.columns if name not in ("row", "OBS_VALUE", *contract.dimension_names)]
    left = rows.with_columns(pl.col(*codes, "OBS_VALUE").str.strip_chars(BLANKS))
    found: list[Finding] = []
    faults = (
        *_of_form(contract, catalog=catalog),
        *_of_cover(left, cover, catalog=catalog),
        *_of_value(contract, cover, catalog=catalog),
    )
    for fault in faults:
        faulty, left = left.filter(fault.rows), left.filter(~fault.rows)
        here = Place(place.dataset, place.sheet, column=fault.column)
        cells, more = listed(faulty.select("row", fault.column), here, catalog=catalog)
        found += more
        for row, word in cells.iter_rows():
            here = Place(place.dataset, place.sheet, row, fault.column)
            found.append(finding(catalog, fault.code, place=here, seen=echo(word), **fault.texts))
    own = pl.col("MEASURE").is_in(list(measure_codes(contract)))
    without = (pl.col("OBS_VALUE") == "") & pl.col("OBS_STATUS").is_in(rules.without_value)
    return left.filter(own & ~without), found


def _of_form(contract: Contract, *, catalog: Catalog) -> Iterator[_Fault]:
    """Rows of another structure, to be deleted, or with codes that the interface does not have."""
    rules, interface = load_cover_rules(catalog.root).sdmx, load_interface(catalog.root)
    own = structure_id(contract)
    named = pl.col("STRUCTURE_ID")
    yield _Fault("L0-sdmx-structure", "STRUCTURE_ID", (named != "") & (named != own), {"structure": own})
    yield _Fault("L0-sdmx-deletion", "ACTION", pl.col("ACTION") == rules.deletion)
    for name in _CODED:
        codes = rules.actions if name == "ACTION" else interface.observation_column(name).codes
        unknown = pl.col(name).str.split(";").list.eval(~pl.element().is_in(["", *codes])).list.any()
        yield _Fault("L0-sdmx-code", name, unknown, {"allowed": ", ".join(codes)})
    measures = [*measure_codes(contract), *contract.cover_measures.values()]
    unknown = ~pl.col("MEASURE").is_in(measures)
    yield _Fault("L0-sdmx-measure", "MEASURE", unknown, {"allowed": ", ".join(measures)})


def _of_cover(rows: pl.DataFrame, cover: RawCover, *, catalog: Catalog) -> Iterator[_Fault]:
    """Rows of another partner or year than the cover's, where the cover names one that is known."""
    partners = _partners(cover.text("partner"), catalog)
    if partners:
        own = [word for word in rows["REF_AREA"].unique() if _partners(word, catalog) & partners]
        texts = {"partner": ", ".join(sorted(partners))}
        yield _Fault("L0-sdmx-area", "REF_AREA", ~pl.col("REF_AREA").is_in(own), texts)
    year = re.fullmatch(_WHOLE, cover.text("reference_year"))
    if year:
        yield _Fault("L0-sdmx-period", "TIME_PERIOD", pl.col("TIME_PERIOD") != year[1], {"year": year[1]})


def _partners(text: str, catalog: Catalog) -> set[str]:
    """The partners of any region that a word may mean."""
    return {code for region in catalog.regions.values() for code in meant_partner(region, text)}


def _of_value(contract: Contract, cover: RawCover, *, catalog: Catalog) -> Iterator[_Fault]:
    """Rows whose value is not what was counted, or says otherwise than another column or the cover."""
    rules = load_cover_rules(catalog.root).sdmx
    for name, codes in rules.withheld.items():
        yield _Fault("L0-sdmx-withheld", name, pl.col(name).is_in(codes))
    yield _Fault("L0-sdmx-altered", "OBS_METHOD", pl.col("OBS_METHOD") != "")
    for name, codes in rules.altered.items():
        altered = pl.col(name).str.split(";").list.eval(pl.element().is_in(codes)).list.any()
        yield _Fault("L0-sdmx-altered", name, altered)
    value = pl.col("OBS_VALUE")
    said = ", ".join(rules.without_value)
    without = (value != "") & pl.col("OBS_STATUS").is_in(rules.without_value)
    yield _Fault("L0-sdmx-no-value", "OBS_VALUE", without, {"statuses": said})
    for name, code in contract.cover_measures.items():
        written = re.sub(_WHOLE, r"\1", cover.text(name))
        differs = (pl.col("MEASURE") == code) & (value.str.replace(_WHOLE, "$1") != written)
        texts = {"field": name, "measure": code, "value": echo(written)}
        yield _Fault("L0-sdmx-cover", "OBS_VALUE", differs, texts)


def repeated_keys(
    rows: pl.DataFrame, keys: list[str], *, place: Place, catalog: Catalog
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows with each key once, and the findings of the others."""
    first = rows.with_columns(first=pl.col("row").min().over(keys)) if rows.height else rows
    if not rows.height or rows.height == first["first"].n_unique():
        return rows, []
    again = first.filter(pl.col("row") != pl.col("first")).select("row", "first")
    cells, found = listed(again, Place(place.dataset, place.sheet), catalog=catalog)
    for row, before in cells.iter_rows():
        here = Place(place.dataset, place.sheet, row)
        found.append(finding(catalog, "L0-sdmx-repeated-key", place=here, first=before))
    return first.filter(pl.col("row") == pl.col("first")), found
