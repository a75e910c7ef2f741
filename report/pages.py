"""The chapters that there is one of for every type of terrorism and for every partner.

Belongs here: their order of parts. The types and partners come from the contracts and the region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data_contracts.model import NOT_SPECIFIED
from report import sentences
from report.edition import Edition, Figure
from report.markdown import bullets, heading, plain, table
from report.tables import rejected_codes, summary, words

TYPES = "type_of_terrorism"
CODE_CHAPTER = "{label} terrorism"
UNSPECIFIED_CHAPTER = "Terrorism of a type not specified"


def type_chapters(edition: Edition, *, figure: Callable[[str], str], text: Callable[[str], str]) -> str:
    """A chapter for every type: sentences, the editors' text, a chart, three years by dataset, the year by partner."""
    datasets = _datasets(edition)
    return "\n".join(
        _type(edition, code, label, datasets, figure=figure, text=text(f"types/{code}"))
        for code, label in types_with_chapter(edition).items()
    )


def types_with_chapter(edition: Edition) -> dict[str, str]:
    """The types of terrorism and their labels; the unspecified one only where a figure has a case of it."""
    datasets = _datasets(edition)
    codes = edition.codes(datasets[0], TYPES) if datasets else {}
    return {
        code: label for code, label in codes.items() if code != NOT_SPECIFIED or _any(edition, code, datasets)
    }


def _datasets(edition: Edition) -> list[str]:
    return [name for name, contract in edition.contracts.items() if TYPES in contract.dimension_names]


def _any(edition: Edition, code: str, datasets: list[str]) -> bool:
    """Whether any figure of the years shown has a case of this type."""
    figures = [f for name in datasets for f in _years(edition, name, edition.area, {TYPES: code})]
    return any(figure.value for figure in figures)


def _type(
    edition: Edition, code: str, label: str, datasets: list[str], *, figure: Callable[[str], str], text: str
) -> str:
    name = f"type-{code.replace('_', '-')}"
    said = [sentences.passage(edition, passage, **{TYPES: code}) for passage in sentences.type_chapter()]
    title = UNSPECIFIED_CHAPTER if code == NOT_SPECIFIED else CODE_CHAPTER.format(label=label)
    blocks = [heading(1, title, name), bullets([one for one in said if one]) or _nothing(edition)]
    blocks += [text, figure(name)]
    lines = [
        (edition.contracts[dataset].title, _years(edition, dataset, edition.area, {TYPES: code}))
        for dataset in datasets
    ]
    if any(figure.value is not None for _, figures in lines for figure in figures):
        blocks.append(summary(edition, name, f"{title}: {edition.region_name}, {edition.span}", lines))
        blocks.append(_by_partner(edition, name, title, code, datasets))
    return "\n".join(blocks)


def _nothing(edition: Edition) -> str:
    return plain(f"No figure of this type is published for {edition.shown_year(edition.year)}.") + "\n"


def _by_partner(edition: Edition, name: str, title: str, code: str, datasets: list[str]) -> str:
    rows = []
    for partner, label in edition.partners.items():
        shown = [_year(edition, dataset, partner, {TYPES: code}) for dataset in datasets]
        rows.append([label, *(figure.shown for figure in shown)])
    header = ["Partner", *(edition.contracts[dataset].title for dataset in datasets)]
    return table(f"{name}-partners", f"{title} by partner, {edition.shown_year(edition.year)}", header, rows)


def _years(edition: Edition, dataset: str, area: str, codes: Mapping[str, str]) -> list[Figure]:
    measure = edition.main_measure(dataset)
    return [
        edition.figure(dataset, area=area, period=year, measure=measure, **codes)
        for year in edition.recent_years
    ]


def _year(edition: Edition, dataset: str, area: str, codes: Mapping[str, str]) -> Figure:
    measure = edition.main_measure(dataset)
    return edition.figure(dataset, area=area, period=edition.year, measure=measure, **codes)


def partner_pages(edition: Edition, *, figure: Callable[[str], str], text: Callable[[str], str]) -> str:
    """A section for every partner: reporting and caveats, the editors' text, a chart, figures over three years."""
    pages = [
        _partner(edition, code, name, figure=figure, text=text(f"partners/{code}"))
        for code, name in edition.partners.items()
    ]
    return "\n::: {.pagebreak}\n:::\n\n".join(pages)


def _partner(edition: Edition, code: str, name: str, *, figure: Callable[[str], str], text: str) -> str:
    blocks = [heading(2, name, f"partner-{code.lower()}"), bullets(_caveats(edition, code)), text]
    lines = _lines(edition, code)
    if any(found.value is not None for _, figures in lines for found in figures):
        blocks.append(figure(f"partner-{code.lower()}"))
        blocks.append(summary(edition, f"partner-{code.lower()}", f"{name}, {edition.span}", lines))
    return "\n".join(blocks)


def _lines(edition: Edition, area: str) -> list[tuple[str, list[Figure]]]:
    """The main counts of an area, and below each the types that have a case in the years shown."""
    lines = []
    for dataset, contract in edition.contracts.items():
        lines.append((contract.title, _years(edition, dataset, area, {})))
        if TYPES not in contract.dimension_names:
            continue
        for code, label in edition.codes(dataset, TYPES).items():
            figures = _years(edition, dataset, area, {TYPES: code})
            if any(figure.value for figure in figures):
                lines.append((f"– {label}", figures))
    return lines


def _caveats(edition: Edition, code: str) -> list[str]:
    """What a reader must know of a partner's figures: state of each dataset, then notes of the years shown."""
    own = [row for row in edition.reporting.iter_rows(named=True) if row["partner"] == code]
    now = [row for row in own if row["reference_year"] == str(edition.year)]
    states = [f"{edition.contracts[row['dataset']].title.lower()}: {_state(row['state'])}" for row in now]
    year = edition.shown_year(edition.year)
    items = [plain(f"Reporting for {year}: {'; '.join(states)}.")]
    rejected = {row["rejected_codes"]: rejected_codes(edition, row) for row in now if row["rejected_codes"]}
    others = any(row["state"] != "missing" for row in now)
    instead = "; figures are those of the last return that was accepted" if others else ""
    items += [plain(f"A return for {year} was rejected ({codes}){instead}.") for codes in rejected.values()]
    recent = {str(year): edition.shown_year(year) for year in edition.recent_years}
    for row in own:
        if row["note"] and row["reference_year"] in recent:
            title = edition.contracts[row["dataset"]].title
            note = edition.printed("reporting", row, "note")
            items.append(plain(f"{title}, {recent[row['reference_year']]}: {note}"))
    return items


def _state(state: str) -> str:
    return "no return" if state == "missing" else words(state)
