"""What the words of the editors' text say that they must not: numbers, changes, likelihoods, names, persons.

Belongs here: words beside one another. References are looked up in `lint_references.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_contracts.interface import load_interface
from data_contracts.model import Catalog
from pipelines.likelihood import Likelihood
from pipelines.narrative_numbers import filled, typed_numbers
from pipelines.narrative_words import NarrativeWords
from pipelines.screening_patterns import kinds_in
from report.edition import Edition
from report.editorial.findings import Hit
from report.editorial.prose import Prose
from report.editorial.references import claim_of, example

_OPPOSITE = {"rise": "down", "fall": "up"}


def check_persons(prose: Prose, catalog: Catalog) -> Iterator[Hit]:
    """No personal data, in comments neither; what was found is never repeated."""
    for paragraph in re.finditer(r"\S[\s\S]*?(?=\n[ \t]*\n|\Z)", prose.raw):
        lines = list(re.finditer(r"[^\n]+", paragraph[0]))
        kinds = kinds_in(" ".join(paragraph[0].split()), root=catalog.root)
        for kind in sorted(kinds):
            own = (line for line in lines if kind in kinds_in(line[0], root=catalog.root))
            first = next(own, lines[0])
            place = paragraph.start() + first.start()
            yield Hit(
                "N-personal-data", place, place + 1, {"seen": kind.removeprefix("P0-").replace("-", " ")}
            )


def check_numbers(prose: Prose, words: NarrativeWords, edition: Edition) -> Iterator[Hit]:
    """No number, and no zero, that states a statistic by hand."""
    for number in typed_numbers(prose.unnumbered, words):
        seen = prose.text[number.start : number.end]
        code = "N-typed-zero" if number.kind == "zero" else "N-typed-number"
        yield Hit(code, number.start, number.end, {"seen": f"“{seen}”", "example": example(edition)})


def check_marks(prose: Prose, edition: Edition) -> Iterator[Hit]:
    """No mark of a kind of no value that was typed."""
    status = load_interface(edition.catalog.root).observation_column("OBS_STATUS")
    marks = [value.mark for value in status.values if value.mark]
    for found in re.finditer("|".join(map(re.escape, marks)), prose.text):
        yield Hit("N-typed-mark", *found.span(), {"seen": found[0], "example": example(edition)})


def check_trends(prose: Prose, words: NarrativeWords, edition: Edition) -> Iterator[Hit]:
    """No word of change but beside a judgement, or a claim that licenses it."""
    text = words.harmless_trends.sub(filled, prose.text)
    for direction, pattern in words.trends.items():
        for found in pattern.finditer(text):
            code = _trend_problem(prose, found.start(), direction, edition)
            if code:
                yield Hit(code, *found.span(), {"seen": f"“{found[0]}”"})


def _trend_problem(prose: Prose, place: int, direction: str, edition: Edition) -> str:
    """What is wrong with a word of change at a place; nothing where it may stand."""
    beside = prose.references_in(*prose.sentence_at(place))
    if any(reference.kind == "judgement" for reference in beside):
        return ""
    rows = [claim_of(edition, one.target) for one in beside if one.kind == "claim"]
    known = [row for row in rows if row is not None]
    if not known:
        return "" if rows else "N-trend-word"
    licensed = {row["wording_key"] for row in known if row["licensed"] == "true"}
    if not licensed:
        return "N-trend-not-licensed"
    contrary = direction != "either" and all(_OPPOSITE.get(key) == direction for key in licensed)
    return "N-trend-contradicts" if contrary else ""


def check_likelihood(prose: Prose, scale: Likelihood) -> Iterator[Hit]:
    """No word of likelihood but in a judgement."""
    for found in scale.words.finditer(prose.text):
        yield Hit("N-likelihood-word", *found.span(), {"seen": f"“{found[0]}”"})


def check_names(prose: Prose, words: NarrativeWords, edition: Edition) -> Iterator[Hit]:
    """A name with a footnote carries its mark, in every language, and the report has that footnote."""
    text, catalog = prose.text, edition.catalog
    for note in {note for region in catalog.regions.values() for note in region.footnotes.values()}:
        text = re.sub(r"\s+".join(map(re.escape, note.text.split())), filled, text)
    text = words.harmless_names.sub(filled, text)
    for name, mark in marked_names(catalog).items():
        for found in re.finditer(
            rf"(?<!\w){re.escape(name)}(?!\w)(\\?{re.escape(mark)})?", text, re.IGNORECASE
        ):
            if found[1] is None:
                yield Hit("N-name-without-mark", *found.span(), {"seen": found[0], "known": mark})
            elif mark not in str(edition.about["footnote"]):
                yield Hit("N-name-without-footnote", *found.span(), {"seen": found[0]})


def marked_names(catalog: Catalog) -> dict[str, str]:
    """The names that carry a mark, without it, in all languages of all regions, and the mark of each."""
    found: dict[str, str] = {}
    for region in catalog.regions.values():
        for partner in region.partners:
            if partner.footnote is not None:
                mark = region.footnotes[partner.footnote].mark
                found |= {name.removesuffix(mark): mark for name in partner.names.values()}
    return found
