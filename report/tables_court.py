"""Tables as TE-SAT's annexes have them: partners in rows, types or outcomes in columns, one table a year.

Belongs here: their rows, columns and signs. Other tables of the annex are in `tables_release.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_contracts.messages import decimal, later, say
from data_contracts.model import Contract
from report.edition import Edition, Figure
from report.keyed import keyed
from report.markdown import plain, table
from report.tables import areas, finder, titled, words

TOTAL_LABEL = later("Total")
TYPES, OUTCOME, ACQUITTED = "type_of_terrorism", "verdict", "acquitted"
NO_RETURN, NOT_BROKEN_DOWN = "L", "O"


def yearly_tables(edition: Edition, contract: Contract, dimension: str) -> Iterator[str]:
    """A table for each recent year in which anyone has returned, newest first; then the years of no return."""
    without = []
    for year in reversed(edition.recent_years):
        totals = _totals(edition, contract, year)
        if all(figure.status == NO_RETURN for figure in totals.values()):
            without.append(edition.shown_year(year))
        elif not _is_broken_down(edition, contract, dimension, year):
            caption = _caption(edition, contract, dimension, year)
            yield plain(say("{caption}: not broken down.", caption=caption)) + "\n"
        else:
            none = [edition.partners[partner] for partner, figure in totals.items() if is_nil(figure)]
            yield _of_year(edition, contract, dimension, year=year, without=none) + "\n" + nil_line(none)
    if without:
        years = say(" and ").join(reversed(without))
        yield plain(say("[n] No return was received for {years}.", years=years)) + "\n"


def is_nil(figure: Figure) -> bool:
    """Whether a figure is a true zero: looked at, there were none."""
    return figure.value == 0 and not figure.rounded


def had_none(figures: Sequence[Figure]) -> bool:
    """Whether a row says only that there were none: the last year a true zero, the others too, or without a return."""
    *earlier, last = figures
    return is_nil(last) and all(is_nil(figure) or figure.status == NO_RETURN for figure in earlier)


def nil_line(names: Sequence[str]) -> str:
    """Who looked and had none, below a table that leaves them out."""
    return plain(say("Looked, and had none: {names}.", names=", ".join(names))) + "\n" if names else ""


def _totals(edition: Edition, contract: Contract, year: int) -> dict[str, Figure]:
    return {
        partner: finder(edition, contract, _main(contract), area=partner, period=year)()
        for partner in edition.partners
    }


def _of_year(
    edition: Edition, contract: Contract, dimension: str, *, year: int, without: Sequence[str]
) -> str:
    columns = _columns(edition, contract.dataset, dimension)
    share = dimension == OUTCOME and edition.region.court_tables.acquitted_share
    rows = []
    for area, name in areas(edition).items():
        if name in without:
            continue
        find = finder(edition, contract, _main(contract), area=area, period=year)
        cells = [
            _cell(edition, contract, {code: find(**{dimension: code}) for code in codes}, dimension)
            for codes in columns
        ]
        last = [_share(edition, find(verdict=ACQUITTED), find())] if share else []
        rows.append([name, *cells, _sign(edition, find()), *last])
    labels = [_label(edition, contract.dataset, dimension, codes) for codes in columns]
    header = [say("Partner"), *labels, say(TOTAL_LABEL), *([say("Acquitted, %")] if share else [])]
    name = f"{contract.main_measure.name}-by-{dimension}-{year}".replace("_", "-")
    return table(name, _caption(edition, contract, dimension, year), header, rows)


def _caption(edition: Edition, contract: Contract, dimension: str, year: int) -> str:
    return say(
        "{counted} by partner and {by}, {year}",
        counted=titled(words(contract.main_measure.name)),
        by=words(dimension),
        year=edition.shown_year(year),
    )


def _is_broken_down(edition: Edition, contract: Contract, dimension: str, year: int) -> bool:
    """Whether any partner's cases are known by the codes of a dimension."""
    finders = [finder(edition, contract, _main(contract), area=one, period=year) for one in edition.partners]
    codes = edition.codes(contract.dataset, dimension)
    return any(find(**{dimension: code}).value for find in finders for code in codes)


def _columns(edition: Edition, dataset: str, dimension: str) -> tuple[tuple[str, ...], ...]:
    """The columns of a table: each a code, or several that the printed source has in one."""
    joined = edition.region.court_tables.types if dimension == TYPES else ()
    return joined or tuple((code,) for code in edition.codes(dataset, dimension))


def _label(edition: Edition, dataset: str, dimension: str, codes: Sequence[str]) -> str:
    labels = edition.codes(dataset, dimension)
    return titled(say(" or ").join(labels[code].lower() for code in codes)) if codes[1:] else labels[codes[0]]


def _cell(edition: Edition, contract: Contract, figures: dict[str, Figure], dimension: str) -> str:
    """A figure, or the sum of those that have one where several codes stand in one column."""
    *_, last = figures.values()
    known = {code: figure for code, figure in figures.items() if figure.value is not None}
    if len(figures) == 1 or not known:
        return _sign(edition, last)
    mark = "~" if any(figure.rounded for figure in known.values()) else ""
    value = sum(figure.value or 0 for figure in known.values())
    return edition.derived(decimal(f"{mark}{value:g}"), "sum", *_sum_of(contract, figures, dimension, last))


def _sum_of(contract: Contract, figures: dict[str, Figure], dimension: str, last: Figure) -> list[str]:
    """The key of a sum over codes, from that of one of its figures."""
    area, period, *_ = last.key.partition(":")[2].split(".")
    codes = dict.fromkeys(contract.dimension_names, "_T") | {dimension: "|".join(figures)}
    conditions = {"REF_AREA": area, "TIME_PERIOD": period, "MEASURE": str(contract.main_measure.sdmx_measure)}
    conditions |= {name.upper(): code for name, code in codes.items()}
    return [contract.dataset, "OBS_VALUE", *(f"{name}={code}" for name, code in conditions.items())]


def _sign(edition: Edition, figure: Figure) -> str:
    """A figure, with the printed source's sign where it is not broken down."""
    sign = edition.region.court_tables.not_broken_down
    return keyed(sign, figure.key) if sign and figure.status == NOT_BROKEN_DOWN else figure.shown


def _share(edition: Edition, part: Figure, whole: Figure) -> str:
    """The share of one figure in another, where both are as reported."""
    if part.value is None or not whole.value or part.method or whole.method or "at_least" in part.notes:
        return edition.region.court_tables.not_broken_down
    shown = f"{part.value / whole.value * 100:.0f} %"
    return edition.derived(shown, "share", part.key, whole.key)


def cover_tables(edition: Edition, contract: Contract) -> Iterator[str]:
    """What the covers count beside the dataset, such as persons tried: partners in rows, a column a year."""
    header = [say("Partner"), *(edition.shown_year(year) for year in edition.recent_years)]
    for field, measure in contract.cover_measures.items():
        rows, known, none = [], [], []
        for area, name in areas(edition).items():
            shown = [
                finder(edition, contract, measure, area=area, period=year)() for year in edition.recent_years
            ]
            main = finder(edition, contract, _main(contract), area=area, period=edition.year)()
            if area != edition.area and is_nil(main) and not any(figure.value for figure in shown):
                none.append(name)
                continue
            rows.append([name, *(_sign(edition, figure) for figure in shown)])
            known += [figure for figure in shown if figure.value is not None]
        if known:
            caption = say("{counted} by partner, {span}", counted=titled(words(field)), span=edition.span)
            yield table(f"{field}-by-year".replace("_", "-"), caption, header, rows) + "\n" + nil_line(none)


def _main(contract: Contract) -> str:
    return str(contract.main_measure.sdmx_measure)
