"""How good the figures are: the indicators of `data/quality.csv`, a row for each partner, and for each dataset.

Belongs here: tables of the quality chapter. What each indicator means is said in the interface and in the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data_contracts.messages import retold, say
from pipelines.told import OF
from report.edition import Edition
from report.markdown import table
from report.tables import titled, words

NOTHING = "–"
Row = Mapping[str, str]
Known = Mapping[tuple[str, str, str, str], Row]


def returns(edition: Edition) -> str:
    """Each partner's return for the edition's year: what it holds, when it came, and which questions are open."""
    known = _known(edition)
    rows = []
    for partner, name in edition.partners.items():
        complete = known.get((partner, "", "data_completeness", ""))
        rows.append(
            [
                name,
                _detail(edition, complete) if complete else NOTHING,
                _value(edition, known, partner, "", "partial_coverage"),
                _value(edition, known, partner, "", "days_after_deadline"),
                _of(edition, known, partner, "", ("questions_confirmed", "questions")),
            ]
        )
    header = [
        say("Partner"),
        say("Datasets reported"),
        say("Of them partial"),
        say("Days after the deadline"),
        say("Questions answered"),
    ]
    caption = say("Returns for {year}: completeness and punctuality", year=edition.shown_year(edition.year))
    return table("quality-returns", caption, header, rows)


def figures(edition: Edition) -> str:
    """Each area's figures by dataset: how long the series is comparable, what is not specified, what was revised."""
    known = _known(edition)
    dimension = next(iter(edition.contracts.values())).dimension_names[0]
    rows = [
        [
            name,
            contract.title,
            _value(edition, known, area, dataset, "comparable_years"),
            _percent(edition, known.get((area, dataset, "not_specified_share", dimension))),
            _of(edition, known, area, dataset, ("figures_revised", "figures_compared")),
        ]
        for area, name in {**edition.partners, edition.area: edition.region_name}.items()
        for dataset, contract in edition.contracts.items()
    ]
    header = [
        say("Area"),
        say("Dataset"),
        say("Comparable years"),
        say("{dimension} not specified", dimension=titled(words(dimension))),
        say("Figures revised"),
    ]
    year = edition.shown_year(edition.year)
    caption = say(
        "Figures: comparability, item non-response of {year}, and revisions since the last edition", year=year
    )
    return table("quality-figures", caption, header, rows, words=2)


def concepts(edition: Edition) -> str:
    """Which indicator stands under which concept of SIMS, and what it measures."""
    annex = {one.name: one for one in edition.interface.annex}
    columns = {column.name: column for column in annex["quality"].columns}
    names = {value.code: value.description for value in columns["concept"].values}
    meanings = {value.code: value.description for value in columns["indicator"].values}
    shown = edition.quality.select("concept", "indicator").unique(maintain_order=True)
    rows = [
        [f"{concept} {names[concept]}", titled(words(indicator)), titled(meanings[indicator])]
        for concept, indicator in shown.sort("concept", maintain_order=True).iter_rows()
    ]
    header = [say("Concept"), say("Indicator"), say("What it says")]
    return table(
        "quality-concepts",
        say("Indicators, and the concepts of SIMS that they stand under"),
        header,
        rows,
        words=3,
    )


def _known(edition: Edition) -> Known:
    """The rows by area, dataset, indicator and, for shares by dimension, the dimension."""
    return {
        (row["ref_area"], row["dataset"], row["indicator"], _part(row)): row
        for row in edition.quality.iter_rows(named=True)
    }


def _part(row: Row) -> str:
    return row["detail"].partition(",")[0] if row["indicator"] == "not_specified_share" else ""


def _value(edition: Edition, known: Known, area: str, dataset: str, indicator: str) -> str:
    row = known.get((area, dataset, indicator, ""))
    return edition.printed("quality", row, "value") if row else NOTHING


def _of(edition: Edition, known: Known, area: str, dataset: str, parts: tuple[str, str]) -> str:
    """A part of a whole; nothing where there is no whole."""
    whole = known.get((area, dataset, parts[1], ""))
    if whole is None or whole["value"] == "0":
        return NOTHING
    of_whole = edition.printed("quality", whole, "value")
    return say(OF, part=_value(edition, known, area, dataset, parts[0]), whole=of_whole)


def _detail(edition: Edition, row: Row) -> str:
    """How many datasets of how many."""
    return edition.printed("quality", row, "detail", retold(row["detail"], (OF,)))


def _percent(edition: Edition, row: Row | None) -> str:
    if row is None:
        return NOTHING
    rounded = "~" if row["detail"].endswith("rounded") else ""
    return edition.printed("quality", row, "value", f"{rounded}{float(row['value']) * 100:.0f} %")


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "quality_returns": returns,
    "quality_figures": figures,
    "quality_concepts": concepts,
}
