"""A return beside those of the other partners of its year (level 4, across partners).

Belongs here: questions about definitions, shares of `not_specified`, and partners that count the same persons. What
other partners reported is never repeated in a finding: it goes to the partner that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_contracts.model import Catalog
from pipelines.counting import Counted
from pipelines.exact import greater_share_p
from pipelines.findings import Finding, Place, finding
from pipelines.reading import Return

_UNUSUAL = "T4-unusual-unspecified"
_OTHERS = 2  # with one other partner, that one may be the unusual one


def check_partners(
    ret: Return, now: Counted, others: Sequence[Counted], *, catalog: Catalog
) -> list[Finding]:
    """All that is asked of a return beside the accepted returns of the same year."""
    return [
        *_older_definitions(ret, now, others, catalog=catalog),
        *_named_partners(ret, now, others, catalog=catalog),
        *_unusual_unspecified(ret, now, others, catalog=catalog),
    ]


def _older_definitions(
    ret: Return, now: Counted, others: Sequence[Counted], *, catalog: Catalog
) -> Iterator[Finding]:
    newer = max((other.version for other in others), key=int, default=now.version)
    if int(newer) > int(now.version):
        place = ret.fields.place("definitions_version")
        texts = {"version": now.version, "newer": newer, "year": now.year}
        yield finding(catalog, "T4-older-definitions", place=place, seen=now.version, **texts)


def _named_partners(
    ret: Return, now: Counted, others: Sequence[Counted], *, catalog: Catalog
) -> Iterator[Finding]:
    """Partners that are said to count the same persons: each has a return, and names this one."""
    known = {other.partner: other for other in others}
    place = ret.fields.place("also_reported_by")
    for partner in _named(now):
        texts = {"partner": partner, "year": now.year}
        if partner not in known:
            yield finding(catalog, "T4-named-without-return", place=place, seen=partner, **texts)
        elif now.partner not in _named(known[partner]):
            yield finding(catalog, "T4-not-named-back", place=place, seen=partner, **texts)


def _named(one: Counted) -> list[str]:
    named = one.lines["also_reported_by"][0]
    return [] if named is None else sorted(set(named) - {one.partner})


def _unusual_unspecified(
    ret: Return, now: Counted, others: Sequence[Counted], *, catalog: Catalog
) -> Iterator[Finding]:
    """Dimensions in which much more is not specified than with the others together."""
    for (dataset, column), (unspecified, total) in now.unspecified.items():
        key = dataset, column
        beside = [other.unspecified[key] for other in others if key in other.unspecified]
        if len(beside) < _OTHERS or dataset not in ret.sheets:
            continue
        of_others, total_of_others = (sum(counts) for counts in zip(*beside, strict=True))
        p = greater_share_p(unspecified, total, of_others, total_of_others)
        if p < catalog.findings[_UNUSUAL].limit:
            place = Place(dataset, ret.sheets[dataset].sheet, None, column)
            yield finding(catalog, _UNUSUAL, place=place, seen=str(unspecified))
