"""The annex's tables: every release table over the last three years, as far as a figure in it has a value.

Belongs here: which tables a release table becomes. Those by partner and type, and by partner and outcome, are set as
TE-SAT has them, in `tables_court.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from data_contracts.messages import say
from data_contracts.model import Contract, ReleaseTable
from report.edition import Edition, Figure
from report.markdown import bullets, heading, plain, table
from report.tables import areas, finder, titled, words
from report.tables_court import (
    NO_RETURN,
    OUTCOME,
    TOTAL_LABEL,
    TYPES,
    cover_tables,
    is_nil,
    nil_line,
    yearly_tables,
)

COURT = (TYPES, OUTCOME)
Parts = tuple[str, str, list[str], list[list[str]], int, list[Figure], list[str]]


def release_tables(edition: Edition) -> str:
    """Every release table of every dataset: three years each; two dimensions at once for the edition's year only."""
    blocks = []
    for dataset, contract in edition.contracts.items():
        blocks += [heading(2, contract.title, f"tables-{dataset}"), _all_years(edition, contract)]
        blocks += _court_tables(edition, contract)
        blocks += cover_tables(edition, contract)
        empty = []
        for release in contract.release_tables:
            for name, caption, header, rows, count, figures, none in _tables_of(edition, contract, release):
                if any(figure.value is not None for figure in figures):
                    blocks += [table(name, caption, header, rows, words=count), nil_line(none)]
                else:
                    empty.append(plain(caption))
        if empty:
            blocks += [say("Not printed, because no figure in them has a value:") + "\n", bullets(empty)]
    return "\n".join(blocks)


def _court_tables(edition: Edition, contract: Contract) -> Iterator[str]:
    """The tables as TE-SAT has them: of each release table by partner that breaks down by type or outcome."""
    main = contract.main_measure.name
    for release in contract.release_tables:
        if release.areas == "partner" and main in release.measures:
            for dimension in release.dimensions:
                if dimension in COURT:
                    yield from yearly_tables(edition, contract, dimension)


def _all_years(edition: Edition, contract: Contract) -> str:
    """The main count of every partner and the region, a column for each year of the series."""
    main = contract.main_measure.name
    rows = [
        [name, *(_total(edition, contract, main, area, year).shown for year in edition.years)]
        for area, name in areas(edition).items()
    ]
    header = [say("Partner"), *(edition.shown_year(year) for year in edition.years)]
    first, last = edition.shown_year(edition.years[0]), edition.shown_year(edition.year)
    caption = say(
        "{counted} by partner and year, {first} to {last}",
        counted=titled(words(main)),
        first=first,
        last=last,
    )
    return table(f"{contract.dataset}-by-year", caption, header, rows)


def _tables_of(edition: Edition, contract: Contract, release: ReleaseTable) -> Iterator[Parts]:
    for measure in release.measures if release.dimensions else ():
        if release.areas == "partner":
            for dimension in release.dimensions:
                if dimension not in COURT or measure != contract.main_measure.name:
                    yield _partners_by_code(edition, contract, release, dimension, measure)
        elif len(release.dimensions) == 1:
            yield _codes_by_year(edition, contract, release, measure)
        else:
            yield _codes_by_code(edition, contract, release, measure)
    if not release.dimensions:
        yield _partners_by_measure(edition, contract, release)


def _measure(contract: Contract, measure: str) -> str:
    return str(contract.column(measure).sdmx_measure)


def _label(release: ReleaseTable, dimension: str) -> str:
    return words(release.grouping.get(dimension, dimension))


def _total(edition: Edition, contract: Contract, measure: str, area: str, year: int) -> Figure:
    return finder(edition, contract, _measure(contract, measure), area=area, period=year)()


def _returned_years(edition: Edition, contract: Contract) -> list[int]:
    """The recent years for which anyone has returned."""
    main = contract.main_measure.name
    return [
        year
        for year in edition.recent_years
        if any(
            _total(edition, contract, main, partner, year).status != NO_RETURN for partner in edition.partners
        )
    ]


def _partners_by_code(
    edition: Edition, contract: Contract, release: ReleaseTable, dimension: str, measure: str
) -> Parts:
    """Partners and the region, a row for each year of which there are returns, by the codes of one dimension."""
    codes = edition.codes(contract.dataset, dimension, release.grouping.get(dimension, ""))
    rows, figures, none = [], [], []
    for area, name in areas(edition).items():
        for year in _returned_years(edition, contract):
            find = finder(edition, contract, _measure(contract, measure), area=area, period=year)
            shown = [*(find(**{dimension: code}) for code in codes), find()]
            if is_nil(shown[-1]):
                none.append(f"{name} {edition.shown_year(year)}")
            else:
                rows.append([name, edition.shown_year(year), *(figure.shown for figure in shown)])
                figures += shown[:-1]
    header = [say("Partner"), say("Year"), *codes.values(), say(TOTAL_LABEL)]
    caption = say(
        "{counted} by partner and {by}, {span}",
        counted=titled(words(measure)),
        by=_label(release, dimension),
        span=edition.span,
    )
    name = f"{release.name}-{dimension}-{measure}".replace("_", "-")
    return name, caption, header, rows, 2, figures, none


def _codes_by_year(edition: Edition, contract: Contract, release: ReleaseTable, measure: str) -> Parts:
    """The codes of one dimension for the region, a column a year, and one a pooled period if it is protected."""
    dimension = release.dimensions[0]
    pooled = edition.pooled_periods if release.protection == "rounded" else {}
    periods: list[int | str] = [*edition.recent_years, *pooled]
    codes = edition.codes(contract.dataset, dimension, release.grouping.get(dimension, ""))
    rows, figures = [], []
    for code, label in codes.items():
        shown = [
            finder(edition, contract, _measure(contract, measure), area=edition.area, period=period)(
                **{dimension: code}
            )
            for period in periods
        ]
        rows.append([label, *(figure.shown for figure in shown)])
        figures += shown
    years = [edition.shown_year(year) for year in edition.recent_years]
    header = [titled(_label(release, dimension)), *years, *pooled.values()]
    caption = say(
        "{counted} by {by}, {region}, {span}",
        counted=titled(words(measure)),
        by=_label(release, dimension),
        region=edition.region_name,
        span=edition.span,
    )
    return f"{release.name}-{measure}".replace("_", "-"), caption, header, rows, 1, figures, []


def _codes_by_code(edition: Edition, contract: Contract, release: ReleaseTable, measure: str) -> Parts:
    """Two dimensions of the region in the edition's year: the second in rows, the first in columns."""
    across, down = release.dimensions
    columns = edition.codes(contract.dataset, across, release.grouping.get(across, ""))
    codes = edition.codes(contract.dataset, down, release.grouping.get(down, ""))
    of = finder(edition, contract, _measure(contract, measure), area=edition.area, period=edition.year)
    rows, figures = [], []
    for code, label in codes.items():
        shown = [*(of(**{down: code, across: column}) for column in columns), of(**{down: code})]
        rows.append([label, *(figure.shown for figure in shown)])
        figures += shown
    header = [titled(_label(release, down)), *columns.values(), say(TOTAL_LABEL)]
    by = say("{first} and {last}", first=_label(release, down), last=_label(release, across))
    caption = say(
        "{counted} by {by}, {region}, {span}",
        counted=titled(words(measure)),
        by=by,
        region=edition.region_name,
        span=edition.shown_year(edition.year),
    )
    return f"{release.name}-{measure}".replace("_", "-"), caption, header, rows, 1, figures, []


def _partners_by_measure(edition: Edition, contract: Contract, release: ReleaseTable) -> Parts:
    """Measures that are not broken down: partners and the region, a row for each year of which there are returns."""
    rows, figures, none = [], [], []
    for area, name in areas(edition).items():
        for year in _returned_years(edition, contract):
            shown = [_total(edition, contract, measure, area, year) for measure in release.measures]
            if all(is_nil(figure) for figure in shown):
                none.append(f"{name} {edition.shown_year(year)}")
            else:
                rows.append([name, edition.shown_year(year), *(figure.shown for figure in shown)])
                figures += shown
    header = [say("Partner"), say("Year"), *(titled(words(measure)) for measure in release.measures)]
    caption = say("{counted} by partner, {span}", counted=titled(words(release.name)), span=edition.span)
    return release.name.replace("_", "-"), caption, header, rows, 2, figures, none
