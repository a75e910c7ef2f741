"""The tables that several chapters share: reporting, rates, the marks, and figures by year.

Belongs here: published figures in rows and columns. What is said in sentences is in `sentences.py`, the annex's
tables are in `tables_release.py`, the claims in `tables_claims.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from data_contracts.messages import later, name_of, say
from data_contracts.model import Contract
from report.edition import Edition, Figure
from report.markdown import table

ZERO = later("a true zero: looked at, there were none")


def words(name: str) -> str:
    """The words of a column's name: `type_of_terrorism` is type of terrorism."""
    return name_of(name)


def titled(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def areas(edition: Edition) -> dict[str, str]:
    """The partners of the edition and the region behind them: code to name."""
    return {**edition.partners, edition.area: edition.region_name}


def finder(
    edition: Edition, contract: Contract, measure: str, *, area: str, period: int | str
) -> Callable[..., Figure]:
    """What finds the figures of one measure, area and period, by the codes of dimensions."""

    def find(**codes: str) -> Figure:
        return edition.figure(contract.dataset, area=area, period=period, measure=measure, **codes)

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
    header = [say("Partner"), *titles, say("Received"), say("Remarks")]
    return table(
        "reporting",
        say("State of reporting for {year}", year=edition.shown_year(edition.year)),
        header,
        lines,
        words=len(header),
    )


def _state(row: Mapping[str, str]) -> str:
    return titled(words(row["state"])) if row["state"] != "missing" else say("No return")


def _received(edition: Edition, rows: Sequence[Mapping[str, str]]) -> str:
    """Date and number of the submission that counts, and whether it came after the deadline."""
    dated = [row for row in rows if row["received_at"]]
    if not dated:
        return "–"
    late = say(", late") if dated[0]["late"] == "true" else ""
    day = edition.printed("reporting", dated[0], "received_at", dated[0]["received_at"][:10])
    number = edition.printed("reporting", dated[0], "submission")
    return say("{day} (no. {number}{late})", day=day, number=number, late=late)


def _remarks(edition: Edition, rows: Sequence[Mapping[str, str]]) -> str:
    notes = [
        f"{edition.contracts[row['dataset']].title}: {edition.printed('reporting', row, 'note')}"
        for row in rows
        if row["note"]
    ]
    codes = {row["rejected_codes"]: rejected_codes(edition, row) for row in rows if row["rejected_codes"]}
    notes += [say("A return was rejected: {codes}.", codes=text) for text in codes.values()]
    return " ".join(notes) or "–"


def rejected_codes(edition: Edition, row: Mapping[str, str]) -> str:
    """The codes of the errors of rejected submissions, as the state of reporting lists them."""
    return edition.printed("reporting", row, "rejected_codes", row["rejected_codes"].replace(" ", ", "))


def rates(edition: Edition) -> str:
    """Rates per 100,000 inhabitants with exact intervals; nothing where no population is known."""
    names = areas(edition)
    rows = [
        [
            names[row["ref_area"]],
            edition.contracts[row["dataset"]].title,
            edition.printed("rates", row, "value", row["value"].removesuffix(".0")),
            edition.printed("rates", row, "per_100k"),
            say(
                "{first} to {last}",
                first=edition.printed("rates", row, "low"),
                last=edition.printed("rates", row, "high"),
            ),
            edition.printed("rates", row, "population_year"),
            name_of(row["reliability"]) or "–",
        ]
        for row in edition.rates.iter_rows(named=True)
    ]
    if not rows:
        return say("No rates are given: no population is known for this region and year.") + "\n"
    header = [
        *(say("Area"), say("Dataset"), say("Count"), say("Per 100,000"), say("95 % interval")),
        *(say("Population of"), say("Reliability")),
    ]
    caption = say(
        "Rates per 100,000 inhabitants with exact Poisson intervals, {year}",
        year=edition.shown_year(edition.year),
    )
    return table("rates", caption, header, rows, words=2)


def marks(edition: Edition) -> str:
    """What the marks on figures mean, as the interface describes them."""
    described: dict[str, dict[str, str]] = {}
    for name in ("OBS_STATUS", "OBS_METHOD", "OBS_NOTE"):
        for value in edition.interface.observation_column(name).values:
            if value.mark:
                described.setdefault(value.mark, {})[value.code] = value.description
    rows = [
        [edition.derived(0, "zero"), say(ZERO)],
        *([mark, _meaning(by)] for mark, by in described.items()),
    ]
    return table(
        "marks", say("Marks on figures, and what they mean"), [say("Mark"), say("Meaning")], rows, words=2
    )


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
