"""Whether each reference in the editors' text leads somewhere, and whether what it leads to can be printed.

Belongs here: references one by one. What stands beside them is looked at in `lint_words.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from report.edition import Edition
from report.editorial.findings import Hit
from report.editorial.prose import Prose, Reference
from report.editorial.references import NoFigure, claim_of, figure_of, suggestion_of
from report.keyed import bare


def check_references(prose: Prose, edition: Edition, judgements: Collection[str]) -> Iterator[Hit]:
    """Every reference leads to what its kind says; `judgements` are the names of those that the editors wrote."""
    for reference in prose.references:
        if not reference.kind:
            yield _hit("N-reference-form", reference)
        elif reference.kind == "claim":
            if claim_of(edition, reference.target) is None:
                known = suggestion_of(reference.target, edition.claims["claim"].to_list())
                yield _hit("N-unknown-claim", reference, suggestion=known)
        elif reference.kind == "judgement":
            if reference.target not in judgements:
                nearest = suggestion_of(reference.target, judgements)
                yield _hit("N-unknown-judgement", reference, suggestion=nearest)
        else:
            yield from _figure(reference, edition)


def _figure(reference: Reference, edition: Edition) -> Iterator[Hit]:
    """A figure has a value, or its mark was asked for."""
    try:
        figure = figure_of(edition, reference.target)
    except NoFigure as none:
        yield _hit("N-unknown-figure", reference, why=none.why, suggestion=none.suggestion)
        return
    if reference.kind == "fig" and figure.value is None:
        yield _hit("N-no-value", reference, why=bare(figure.shown))
    elif reference.kind == "state" and figure.value is not None:
        yield _hit("N-has-value", reference)


def _hit(code: str, reference: Reference, **values: str) -> Hit:
    return Hit(code, reference.start, reference.end, {"seen": reference.text, **values})
