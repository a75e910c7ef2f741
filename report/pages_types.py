"""The chapters that there is one of for every type of terrorism: its figures, then attacks, arrests and verdicts.

Belongs here: their order of parts. The types come from the contracts, the sentences from `sentences.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable

from data_contracts.messages import later, say
from data_contracts.model import NOT_SPECIFIED
from report import sentences
from report.edition import Edition, Figure
from report.markdown import heading, plain, table
from report.tables_court import had_none, nil_line

TYPES = "type_of_terrorism"
CODE_CHAPTER = later("{label} terrorism")
UNSPECIFIED_CHAPTER = later("Terrorism of a type not specified")
NO_FIGURE = later("No figure of this type is published for {period}.")
DrawnFigure = Callable[[str], str]


def type_chapters(edition: Edition, *, figure: DrawnFigure, text: DrawnFigure) -> str:
    """A chapter for every type of terrorism, in the order of the code list; one line where there is nothing of it."""
    return "\n".join(
        _type(edition, code, label, figure=figure, text=text(f"types/{code}"))
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
    """Whether any figure of the last three years has a case of this type, in the region or with a partner."""
    figures = [
        found
        for name in datasets
        for area in (edition.area, *edition.partners)
        for found in _years(edition, name, area, code)
    ]
    return any(found.value for found in figures)


def _type(edition: Edition, code: str, label: str, *, figure: DrawnFigure, text: str) -> str:
    datasets = _datasets(edition)
    name = f"type-{code.replace('_', '-')}"
    title = say(UNSPECIFIED_CHAPTER) if code == NOT_SPECIFIED else _titled(label)
    blocks = [heading(1, title, name)]
    if not _any(edition, code, datasets):
        return "\n".join([*blocks, _nothing(edition, code, datasets), text])
    blocks += [_key_figures(edition, code, datasets), text, figure(name)]
    for dataset in datasets:
        blocks.append(heading(2, edition.contracts[dataset].title, f"{name}-{dataset}"))
        blocks.append(_said(edition, code, dataset))
        blocks.append(_by_partner(edition, name, title, code, dataset=dataset))
    return "\n".join(blocks)


def _nothing(edition: Edition, code: str, datasets: list[str]) -> str:
    """The one line of a type of which nothing is known, or of which there was nothing."""
    known = any(
        found.value is not None for name in datasets for found in _years(edition, name, edition.area, code)
    )
    if known:
        return plain(say("Nothing of this type was reported for {period}.", period=edition.span)) + "\n"
    return plain(say(NO_FIGURE, period=edition.span)) + "\n"


def _titled(label: str) -> str:
    """The title of a type's chapter."""
    return say(CODE_CHAPTER, label=label)


def _said(edition: Edition, code: str, dataset: str) -> str:
    """The sentence that opens the part on a dataset; a dataset without one has its table only."""
    passages = sentences.type_passages()
    if dataset not in passages:
        return ""
    missing = say(NO_FIGURE, period=edition.shown_year(edition.year))
    return f"{sentences.passage(edition, passages[dataset], **{TYPES: code}) or plain(missing)}\n"


def _key_figures(edition: Edition, code: str, datasets: list[str]) -> str:
    """The counts of the year in large, each with who stands behind it and the year before."""
    cards = []
    for dataset in datasets:
        figures = _years(edition, dataset, edition.area, code)
        behind = say(" ({number} partners)", number=figures[-1].behind) if figures[-1].behind else ""
        before = [
            f"{edition.shown_year(year)}: {found.shown}"
            for year, found in zip(edition.recent_years[-2:-1], figures[-2:-1], strict=True)
        ]
        words = plain(f"{edition.contracts[dataset].title}{behind}")
        lines = [f"**{plain(figures[-1].shown)}**", words, *(plain(text) for text in before)]
        cards.append("::: {.key-figure}\n" + "\\\n".join(lines) + "\n:::\n")
    return ":::: {.key-figures}\n" + "\n".join(cards) + "::::\n"


def _by_partner(edition: Edition, name: str, title: str, code: str, *, dataset: str) -> str:
    """The last three years by partner; partners that had none in all of them are named below."""
    rows, none, known = [], [], False
    for partner, label in {**edition.partners, edition.area: edition.region_name}.items():
        figures = _years(edition, dataset, partner, code)
        known = known or any(found.value for found in figures)
        if had_none(figures):
            none.append(label)
        else:
            rows.append([label, *(found.shown for found in figures)])
    if not known:
        return ""
    text, counted = later("{title}: {counted} by partner, {span}"), edition.contracts[dataset].title.lower()
    caption = say(text, title=title, counted=counted, span=edition.span)
    header = [say("Partner"), *(edition.shown_year(year) for year in edition.recent_years)]
    return table(f"{name}-{dataset}", caption, header, rows) + "\n" + nil_line(none)


def _years(edition: Edition, dataset: str, area: str, code: str) -> list[Figure]:
    measure, codes = edition.main_measure(dataset), {TYPES: code}
    return [
        edition.figure(dataset, area=area, period=year, measure=measure, **codes)
        for year in edition.recent_years
    ]
