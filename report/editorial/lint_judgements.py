"""Whether the judgements are sound: their form, their words, and an outcome for each that has run out.

Belongs here: findings on `judgements.yaml`. What its texts say is looked at like all text of the editors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pipelines.judgements_file import FILE, EditorsJudgements
from pipelines.likelihood import Likelihood
from report.edition import Edition
from report.editorial.findings import EditorFinding, Hit, editor_finding
from report.editorial.prose import Prose
from report.editorial.references import suggestion_of

Check = Callable[[Prose], Iterator[Hit]]


def judgement_findings(
    own: EditorsJudgements,
    texts: Sequence[Prose],
    *,
    edition: Edition,
    scale: Likelihood,
    of_judgement: Sequence[Check],
    of_basis: Sequence[Check],
) -> Iterator[EditorFinding]:
    """All findings on an edition's judgements; `texts` refer to them."""
    told = partial(_told, edition.catalog.root)

    for problem in own.problems:
        yield told("N-judgements-form", problem.line, seen=problem.seen, suggestion=problem.remedy)
    used = {one.target for text in texts for one in text.references if one.kind == "judgement"}
    for name, judgement in own.judgements.items():
        line, term = own.lines[name], scale.terms[judgement.likelihood]
        if set(scale.terms_in(judgement.text)) != {term.code} or len(scale.terms_in(judgement.text)) != 1:
            yield told("N-judgement-word", line, seen=name, known=", ".join(term.words))
        if name not in used:
            yield told("N-judgement-unused", line, seen=name)
        for text, checks in (
            (judgement.text, of_judgement),
            (judgement.basis, of_basis),
            (judgement.office, of_basis),
        ):
            yield from _words(text, checks, partial(told, line=line))
    yield from _outcomes(own, edition, told, of_basis)


def _told(root: Path, code: str, line: int, **values: str) -> EditorFinding:
    return editor_finding(root, code, file=FILE, line=line, column=1, **values)


def _words(text: str, checks: Sequence[Check], told: Callable[..., EditorFinding]) -> Iterator[EditorFinding]:
    """What the checks find in a text of the file, told at its line."""
    for check in checks:
        for hit in check(Prose(text)):
            yield told(hit.code, beside=text, **hit.values)


def _outcomes(
    own: EditorsJudgements, edition: Edition, told: Callable[..., EditorFinding], of_basis: Sequence[Check]
) -> Iterator[EditorFinding]:
    """Every judgement that has run out is answered once, and nothing else is."""
    year = str(edition.year)
    earlier = {
        f"{row['edition']}.{row['name']}": row
        for row in edition.judgements.iter_rows(named=True)
        if row["edition"] != year
    }
    answered = set()
    for outcome in own.outcomes:
        name = f"{outcome.edition}.{outcome.judgement}"
        line = own.lines[name]
        if name not in earlier:
            yield told("N-outcome-unknown", line, seen=name, suggestion=suggestion_of(name, earlier))
        elif name in answered or earlier[name]["answered_in"] not in ("", year):
            yield told("N-outcome-again", line, seen=name)
        answered.add(name)
        yield from _words(outcome.basis, of_basis, partial(told, line=line))
    for name, row in earlier.items():
        open_still = row["answered_in"] in ("", year) and name not in answered
        if open_still and row["horizon"] <= f"{year}-12-31":
            yield told("N-outcome-missing", 1, seen=name, why=row["horizon"])
