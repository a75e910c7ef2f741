"""The tables of the report: every release table over three years, reporting, rates and the marks.

Belongs here: published figures in rows and columns. What is said in sentences is in `sentences.py`,
the claims are in `tables_claims.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from data_contracts.interface import load_interface
from data_contracts.model import Contract, ReleaseTable
from report.edition import Edition, Figure
from report.markdown import bullets, heading, plain, table

TOTAL_LABEL = "Total"
ZERO = "a true zero: looked at, there were none"


def words(name: str) -> str:
    """The words of a column's name: `type_of_terrorism` is type of terrorism."""
    return name.replace("_", " ")


def titled(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def release_tables(edition: Edition) -> str:
    """Every release table of every dataset: three years each; two dimensions at once for the edition's year only."""
    blocks = []
    for dataset, contract in edition.contracts.items():
        blocks.append(heading(2, contract.title, f"tables-{dataset}"))
        blocks.append(_all_years(edition, contract))
        empty = []
        for release in contract.release_tables:
            for name, caption, header, rows, count, figures in _tables_of(edition, contract, release):
                if any(figure.value is not None for figure in figures):
                    blocks.append(table(name, caption, header, rows, words=count))
                else:
                    empty.append(plain(caption))
        if empty:
            blocks.append("Not printed, because no figure in them has a value:\n")
            blocks.append(bullets(empty))
    return "\n".join(blocks)


def _all_years(edition: Edition, contract: Contract) -> str:
    """The main count of every partner and the region, a column for each year of the series."""
    main = contract.main_measure.name
    rows = [
        [name, *(_finder(edition, contract, main, area, year)({}).shown for year in edition.years)]
        for area, name in _areas(edition).items()
    ]
    header = ["Partner", *(edition.shown_year(year) for year in edition.years)]
    first, last = edition.shown_year(edition.years[0]), edition.shown_year(edition.year)
    caption = f"{titled(words(main))} by partner and year, {first} to {last}"
    return table(f"{contract.dataset}-by-year", caption, header, rows)


Parts = tuple[str, str, list[str], list[list[str]], int, list[Figure]]


def _tables_of(edition: Edition, contract: Contract, release: ReleaseTable) -> Iterator[Parts]:
    for measure in release.measures if release.dimensions else ():
        if release.areas == "partner":
            for dimension in release.dimensions:
                yield _partners_by_code(edition, contract, release, dimension, measure)
        elif len(release.dimensions) == 1:
            yield _codes_by_year(edition, contract, release, measure)
        else:
            yield _codes_by_code(edition, contract, release, measure)
    if not release.dimensions:
        yield _partners_by_measure(edition, contract, release)


def _areas(edition: Edition) -> dict[str, str]:
    return {**edition.partners, edition.area: edition.region_name}


def _measure(contract: Contract, measure: str) -> str:
    return str(contract.column(measure).sdmx_measure)


def _label(release: ReleaseTable, dimension: str) -> str:
    return words(release.grouping.get(dimension, dimension))


def _partners_by_code(
    edition: Edition, contract: Contract, release: ReleaseTable, dimension: str, measure: str
) -> Parts:
    """Partners and the region, a row a year, by the codes of one dimension."""
    codes = edition.codes(contract.dataset, dimension, release.grouping.get(dimension, ""))
    rows, figures = [], []
    for area, name in _areas(edition).items():
        for year in edition.recent_years:
            of = _finder(edition, contract, measure, area, year)
            shown = [of({dimension: code}) for code in codes] + [of({})]
            rows.append([name, edition.shown_year(year), *(figure.shown for figure in shown)])
            figures += shown
    header = ["Partner", "Year", *codes.values(), TOTAL_LABEL]
    caption = f"{titled(words(measure))} by partner and {_label(release, dimension)}, {edition.span}"
    name = f"{release.name}-{dimension}-{measure}".replace("_", "-")
    return name, caption, header, rows, 2, figures


def _codes_by_year(edition: Edition, contract: Contract, release: ReleaseTable, measure: str) -> Parts:
    """The codes of one dimension for the region, a column a year, and one a pooled period if it is protected."""
    dimension = release.dimensions[0]
    pooled = edition.pooled_periods if release.protection == "rounded" else {}
    periods: list[int | str] = [*edition.recent_years, *pooled]
    codes = edition.codes(contract.dataset, dimension, release.grouping.get(dimension, ""))
    rows, figures = [], []
    for code, label in codes.items():
        shown = [
            _finder(edition, contract, measure, edition.area, period)({dimension: code}) for period in periods
        ]
        rows.append([label, *(figure.shown for figure in shown)])
        figures += shown
    header = [
        titled(_label(release, dimension)),
        *(edition.shown_year(year) for year in edition.recent_years),
        *pooled.values(),
    ]
    region, span = edition.region_name, edition.span
    caption = f"{titled(words(measure))} by {_label(release, dimension)}, {region}, {span}"
    return f"{release.name}-{measure}".replace("_", "-"), caption, header, rows, 1, figures


def _codes_by_code(edition: Edition, contract: Contract, release: ReleaseTable, measure: str) -> Parts:
    """Two dimensions of the region in the edition's year: the second in rows, the first in columns."""
    across, down = release.dimensions
    columns = edition.codes(contract.dataset, across, release.grouping.get(across, ""))
    codes = edition.codes(contract.dataset, down, release.grouping.get(down, ""))
    of = _finder(edition, contract, measure, edition.area, edition.year)
    rows, figures = [], []
    for code, label in codes.items():
        shown = [of({down: code, across: column}) for column in columns] + [of({down: code})]
        rows.append([label, *(figure.shown for figure in shown)])
        figures += shown
    header = [titled(_label(release, down)), *columns.values(), TOTAL_LABEL]
    by = f"{_label(release, down)} and {_label(release, across)}"
    caption = f"{titled(words(measure))} by {by}, {edition.region_name}, {edition.shown_year(edition.year)}"
    return f"{release.name}-{measure}".replace("_", "-"), caption, header, rows, 1, figures


def _partners_by_measure(edition: Edition, contract: Contract, release: ReleaseTable) -> Parts:
    """Measures that are not broken down: partners and the region, a row a year."""
    rows, figures = [], []
    for area, name in _areas(edition).items():
        for year in edition.recent_years:
            shown = [_finder(edition, contract, measure, area, year)({}) for measure in release.measures]
            rows.append([name, edition.shown_year(year), *(figure.shown for figure in shown)])
            figures += shown
    header = ["Partner", "Year", *(titled(words(measure)) for measure in release.measures)]
    caption = f"{titled(words(release.name))} by partner, {edition.span}"
    return release.name.replace("_", "-"), caption, header, rows, 2, figures


def _finder(
    edition: Edition, contract: Contract, measure: str, area: str, year: int | str
) -> Callable[[Mapping[str, str]], Figure]:
    name = _measure(contract, measure)

    def find(codes: Mapping[str, str]) -> Figure:
        return edition.figure(contract.dataset, area=area, period=year, measure=name, **codes)

    return find


def reporting(edition: Edition) -> str:
    """Who has reported on the edition's year: a row a partner, a column a dataset, what was rejected beside."""
    rows = edition.reporting.filter(pl.col("reference_year") == str(edition.year)).to_dicts()
    lines = []
    for partner, name in edition.partners.items():
        own = {row["dataset"]: row for row in rows if row["partner"] == partner}
        states = [_state(own[dataset]) for dataset in edition.contracts]
        lines.append(
            [name, *states, _received(edition, list(own.values())), _remarks(edition, list(own.values()))]
        )
    titles = [contract.title for contract in edition.contracts.values()]
    header = ["Partner", *titles, "Received", "Remarks"]
    return table(
        "reporting",
        f"State of reporting for {edition.shown_year(edition.year)}",
        header,
        lines,
        words=len(header),
    )


def _state(row: Mapping[str, str]) -> str:
    return titled(words(row["state"])) if row["state"] != "missing" else "No return"


def _received(edition: Edition, rows: Sequence[Mapping[str, str]]) -> str:
    """Date and number of the submission that counts, and whether it came after the deadline."""
    dated = [row for row in rows if row["received_at"]]
    if not dated:
        return "–"
    late = ", late" if dated[0]["late"] == "true" else ""
    day = edition.printed("reporting", dated[0], "received_at", dated[0]["received_at"][:10])
    return f"{day} (no. {edition.printed('reporting', dated[0], 'submission')}{late})"


def _remarks(edition: Edition, rows: Sequence[Mapping[str, str]]) -> str:
    notes = [
        f"{edition.contracts[row['dataset']].title}: {edition.printed('reporting', row, 'note')}"
        for row in rows
        if row["note"]
    ]
    codes = {row["rejected_codes"]: rejected_codes(edition, row) for row in rows if row["rejected_codes"]}
    notes += [f"A return was rejected: {text}." for text in codes.values()]
    return " ".join(notes) or "–"


def rejected_codes(edition: Edition, row: Mapping[str, str]) -> str:
    """The codes of the errors of rejected submissions, as the state of reporting lists them."""
    return edition.printed("reporting", row, "rejected_codes", row["rejected_codes"].replace(" ", ", "))


def rates(edition: Edition) -> str:
    """Rates per 100,000 inhabitants with exact intervals; nothing where no population is known."""
    names = _areas(edition)
    rows = [
        [
            names[row["ref_area"]],
            edition.contracts[row["dataset"]].title,
            edition.printed("rates", row, "value", row["value"].removesuffix(".0")),
            edition.printed("rates", row, "per_100k"),
            f"{edition.printed('rates', row, 'low')} to {edition.printed('rates', row, 'high')}",
            edition.printed("rates", row, "population_year"),
            row["reliability"] or "–",
        ]
        for row in edition.rates.iter_rows(named=True)
    ]
    if not rows:
        return "No rates are given: no population is known for this region and year.\n"
    header = ["Area", "Dataset", "Count", "Per 100,000", "95 % interval", "Population of", "Reliability"]
    caption = (
        f"Rates per 100,000 inhabitants with exact Poisson intervals, {edition.shown_year(edition.year)}"
    )
    return table("rates", caption, header, rows, words=2)


def marks(edition: Edition) -> str:
    """What the marks on figures mean, as the interface describes them."""
    described: dict[str, dict[str, str]] = {}
    for name in ("OBS_STATUS", "OBS_METHOD", "OBS_NOTE"):
        for value in load_interface(edition.catalog.root).observation_column(name).values:
            if value.mark:
                described.setdefault(value.mark, {})[value.code] = value.description
    rows = [[edition.derived(0, "zero"), ZERO], *([mark, _meaning(by)] for mark, by in described.items())]
    return table("marks", "Marks on figures, and what they mean", ["Mark", "Meaning"], rows, words=2)


def _meaning(described: Mapping[str, str]) -> str:
    """What a mark means: of the one code that has it, or of each."""
    if len(described) == 1:
        return next(iter(described.values()))
    return ". ".join(f"{code}: {meaning}" for code, meaning in described.items())


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "reporting": reporting,
    "rates": rates,
    "marks": marks,
}


def summary(edition: Edition, name: str, caption: str, lines: Sequence[tuple[str, list[Figure]]]) -> str:
    """A table of figures by year: one row a line, one column for each year of the figures."""
    rows = [[label, *(figure.shown for figure in figures)] for label, figures in lines]
    header = ["", *(edition.shown_year(year) for year in edition.recent_years)]
    return table(name, caption, header, rows)
