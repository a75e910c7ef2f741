"""What a reference in the editors' text leads to: a published figure, the wording of a claim, a judgement.

Belongs here: looking it up, and what to suggest where it leads nowhere. How it is printed is `setting.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

from data_contracts.interface import measures_of
from data_contracts.model import Contract
from report.edition import Edition, Figure

_NEAR = 0.5


@dataclass(frozen=True)
class NoFigure(Exception):
    """A reference that leads to no figure: why, and what to write instead."""

    why: str
    suggestion: str


def figure_of(edition: Edition, target: str) -> Figure:
    """The figure that `dataset.area.period[.measure][.dimension=code,…]` names.

    Raises:
        NoFigure: A part of it is unknown, or no table of the edition holds such a figure.
    """
    parts = target.split(".")
    if len(parts) < 3:
        raise NoFigure("it has fewer than three parts", f"Write {example(edition)}.")
    dataset = _known(parts[0], edition.contracts, "dataset")
    contract = edition.contracts[dataset]
    area = _known(parts[1], [*edition.partners, edition.area], "area")
    period = _known(parts[2], [*map(str, edition.years), *edition.pooled_periods], "period")
    measure = edition.main_measure(dataset)
    codes: dict[str, str] = {}
    for part in parts[3:]:
        if "=" in part:
            codes |= dict(_code(pair, contract, edition) for pair in part.split(","))
        else:
            measure = _known(part, measures_of(contract), "measure")
    figure = edition.figure(dataset, area=area, period=period, measure=measure, **codes)
    if not figure.key:
        raise NoFigure("no table of the edition holds it", _tables(contract, area == edition.area))
    return figure


def _code(pair: str, contract: Contract, edition: Edition) -> tuple[str, str]:
    name, _, code = pair.partition("=")
    name = _known(name, contract.dimension_names, "dimension")
    grouped = (table.grouping.get(name, "") for table in contract.release_tables)
    known = chain.from_iterable(
        edition.codes(contract.dataset, name, grouping) for grouping in {"", *grouped}
    )
    return name, _known(code, known, name)


def _known(word: str, known: Iterable[str], what: str) -> str:
    """The word, if it is known."""
    listed = list(dict.fromkeys(known))
    if word not in listed:
        raise NoFigure(f"{word!r} is no {what} of this edition", suggestion_of(word, listed))
    return word


def suggestion_of(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words, else some of them."""
    listed = list(known)
    near = get_close_matches(word, listed, n=1, cutoff=_NEAR) or [
        one for one in listed if one.casefold() == word.casefold()
    ]
    if near:
        return f"Did you mean {near[0]}?"
    return (
        f"Known: {', '.join(listed[:12])}{' and others' if len(listed) > 12 else ''}."
        if listed
        else "There is none."
    )


def _tables(contract: Contract, of_region: bool) -> str:
    """By what the figures of a dataset are broken down, for the region or for a partner."""
    tables = [table for table in contract.release_tables if of_region or table.areas == "partner"]
    named = dict.fromkeys(" by ".join(table.dimensions) or "the total" for table in tables)
    whose = "for the region" if of_region else "for a partner"
    return f"Published {whose}: {'; '.join(named)}."


def example(edition: Edition) -> str:
    """A reference that leads to a figure."""
    return f"{next(iter(edition.contracts))}.{edition.area}.{edition.year}"


def claim_of(edition: Edition, name: str) -> Mapping[str, str] | None:
    """The row of a claim; nothing where there is none of that name."""
    return next(iter(edition.claims.filter(claim=name).iter_rows(named=True)), None)


def judgement_of(edition: Edition, name: str) -> Mapping[str, str] | None:
    """The row of a judgement of this edition; nothing where there is none of that name."""
    own = edition.judgements.filter(edition=str(edition.year), name=name)
    return next(iter(own.iter_rows(named=True)), None)
