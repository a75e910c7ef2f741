"""The pages that there is one of for every partner: what it reported, from where, its caveats and its figures.

Belongs here: their order of parts. The partners come from the region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data_contracts.messages import later, say
from report.edition import Edition, Figure
from report.markdown import bullets, heading, plain, table
from report.tables import rejected_codes, summary, words

TYPES = "type_of_terrorism"
NOTHING = "–"


def partner_pages(edition: Edition, *, figure: Callable[[str], str], text: Callable[[str], str]) -> str:
    """A section for every partner: reporting and caveats, the editors' text, a chart, figures over three years."""
    pages = [
        _partner(edition, code, name, figure=figure, text=text(f"partners/{code}"))
        for code, name in edition.partners.items()
    ]
    return "\n::: {.pagebreak}\n:::\n\n".join(pages)


def _partner(edition: Edition, code: str, name: str, *, figure: Callable[[str], str], text: str) -> str:
    section = f"partner-{code.lower()}"
    blocks = [heading(2, name, section, own_page=True), bullets(_caveats(edition, code)), text]
    lines = _lines(edition, code)
    if any(found.value is not None for _, figures in lines for found in figures):
        blocks += [figure(section), summary(edition, section, f"{name}, {edition.span}", lines)]
    blocks.append(_origin(edition, code, name))
    return "\n".join(blocks)


def _origin(edition: Edition, code: str, name: str) -> str:
    """Who holds the sources of the year's figures and what they include; nothing where the partner does not say."""
    rows = [
        [
            edition.contracts[row["dataset"]].title,
            edition.printed("reporting", row, "custodian") or NOTHING,
            edition.printed("reporting", row, "scope_note") or NOTHING,
        ]
        for row in _reporting(edition, code)
        if row["reference_year"] == str(edition.year) and (row["custodian"] or row["scope_note"])
    ]
    if not rows:
        return ""
    caption = say(
        "Sources of {name} for {year}, in the partner's words",
        name=name,
        year=edition.shown_year(edition.year),
    )
    header = [say("Dataset"), say("Who holds the source"), say("What is included")]
    return table(f"partner-{code.lower()}-sources", caption, header, rows, words=3)


def _reporting(edition: Edition, code: str) -> list[Mapping[str, str]]:
    return [row for row in edition.reporting.iter_rows(named=True) if row["partner"] == code]


def _lines(edition: Edition, area: str) -> list[tuple[str, list[Figure]]]:
    """The main counts of an area, and below each the types that have a case in the years shown."""
    lines = []
    for dataset, contract in edition.contracts.items():
        lines.append((contract.title, _years(edition, dataset, area)))
        if TYPES not in contract.dimension_names:
            continue
        for code, label in edition.codes(dataset, TYPES).items():
            figures = _years(edition, dataset, area, **{TYPES: code})
            if any(figure.value for figure in figures):
                lines.append((f"– {label}", figures))
    return lines


def _years(edition: Edition, dataset: str, area: str, **codes: str) -> list[Figure]:
    measure = edition.main_measure(dataset)
    return [
        edition.figure(dataset, area=area, period=year, measure=measure, **codes)
        for year in edition.recent_years
    ]


def _caveats(edition: Edition, code: str) -> list[str]:
    """What a reader must know of a partner's figures: state of each dataset, then notes of the years shown."""
    own = _reporting(edition, code)
    now = [row for row in own if row["reference_year"] == str(edition.year)]
    states = [f"{edition.contracts[row['dataset']].title.lower()}: {_state(row['state'])}" for row in now]
    year = edition.shown_year(edition.year)
    items = [plain(say("Reporting for {year}: {states}.", year=year, states="; ".join(states)))]
    rejected = {row["rejected_codes"]: rejected_codes(edition, row) for row in now if row["rejected_codes"]}
    others = any(row["state"] != "missing" for row in now)
    instead = say("; figures are those of the last return that was accepted") if others else ""
    text = later("A return for {year} was rejected ({codes}){instead}.")
    items += [plain(say(text, year=year, codes=codes, instead=instead)) for codes in rejected.values()]
    recent = {str(year): edition.shown_year(year) for year in edition.recent_years}
    for row in own:
        if row["note"] and row["reference_year"] in recent:
            title = edition.contracts[row["dataset"]].title
            note = edition.printed("reporting", row, "note")
            items.append(plain(f"{title}, {recent[row['reference_year']]}: {note}"))
    return items


def _state(state: str) -> str:
    return say("no return") if state == "missing" else words(state)
