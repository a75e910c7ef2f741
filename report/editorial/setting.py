"""Sets a text of the editors: references become published figures with their keys, footnotes letters, comments nothing.

Belongs here: the Markdown that the chapters take in. It takes texts that passed the lint.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping

from data_contracts.messages import later, say
from report.edition import Edition
from report.editorial.annex import range_of
from report.editorial.lint_words import marked_names
from report.editorial.prose import COMMENT, Prose, Reference
from report.editorial.references import claim_of, figure_of, judgement_of
from report.markdown import plain

JUDGEMENT = {
    "low": later("{text} ({range}, low confidence; @tbl-judgements)"),
    "moderate": later("{text} ({range}, moderate confidence; @tbl-judgements)"),
    "high": later("{text} ({range}, high confidence; @tbl-judgements)"),
}
_HEADING = re.compile(r"^[ ]{0,3}(#{2,3})\s+(?:\d+(?:\.\d+)*\.?\s+)?(.*?)\s*#*$")
_NOTE_TEXT = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.+(?:\n[^\n\[]+)*)", re.MULTILINE)
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")


def set_text(section: str, prose: Prose, edition: Edition) -> str:
    """The Markdown of a section's text; its paragraphs stand in divisions that say that they are the editors'.

    Raises:
        KeyError: A reference leads nowhere, which the lint has not seen.
    """
    text = _without_comments(prose.raw)
    for name, mark in marked_names(edition.catalog).items():
        text = re.sub(rf"(?<!\w)({re.escape(name)})\\?{re.escape(mark)}", rf"\1\\{mark}", text)
    text, notes = _without_notes(text, section)
    parts = [*_parts(_filled(text, edition), section), *([_division(notes)] if notes else [])]
    return "\n\n".join(parts) + "\n"


def _without_comments(raw: str) -> str:
    """The text without comments; a paragraph that was one leaves an empty line."""
    return re.sub(r"\n{3,}", "\n\n", COMMENT.sub("", raw)).strip()


def _filled(text: str, edition: Edition) -> str:
    """The text with its references printed."""
    parts, end = [], 0
    for reference in Prose(text).references:
        parts += [text[end : reference.start], _printed(reference, edition)]
        end = reference.end
    return "".join([*parts, text[end:]])


def _printed(reference: Reference, edition: Edition) -> str:
    """A figure with its marks, the wording of a claim, or a judgement with its range."""
    if reference.kind in ("fig", "state"):
        return plain(figure_of(edition, reference.target).shown)
    if reference.kind == "claim":
        claim = claim_of(edition, reference.target)
        if claim is None:
            raise KeyError(reference.target)
        return plain(edition.printed("claims", claim, "wording"))
    judgement = judgement_of(edition, reference.target)
    if judgement is None:
        raise KeyError(reference.target)
    return _judgement(judgement, edition)


def _judgement(row: Mapping[str, str], edition: Edition) -> str:
    shown = {
        "text": edition.printed("judgements", row, "text"),
        "range": range_of(edition, row),
    }
    before, table, after = say(JUDGEMENT[row["confidence"]]).partition("@tbl-judgements")
    return plain(before.format(**shown)) + table + plain(after)


def _parts(text: str, section: str) -> Iterator[str]:
    """Headings, and between them the paragraphs in a division."""
    name, number = section.replace("/", "-").replace("_", "-").lower(), 0
    block: list[str] = []
    for line in [*text.split("\n"), "## "]:
        heading = _HEADING.match(line)
        if heading is None:
            block.append(line)
            continue
        if "".join(block).strip():
            yield _division("\n".join(block).strip("\n"))
        block = []
        if heading[2]:
            number += 1
            label = string.ascii_lowercase[number - 1]
            yield f"{heading[1]} {heading[2]} {{.unnumbered #sec-{name}-{label}}}"


def _division(text: str) -> str:
    return f"::: {{.narrative}}\n{text}\n:::"


def _without_notes(text: str, section: str) -> tuple[str, str]:
    """The text with letters for its footnotes, in the order of their marks, and the notes themselves.

    Letters, for they begin anew in each section, are the same in all formats, and are no numbers.
    """
    told = {found[1]: " ".join(found[2].split()) for found in _NOTE_TEXT.finditer(text)}
    body = _NOTE_TEXT.sub("", text).rstrip()
    order = list(dict.fromkeys(found[1] for found in _NOTE.finditer(body)))
    letters = {name: string.ascii_lowercase[number] for number, name in enumerate(order)}
    place = f"note-{section.replace('/', '-').replace('_', '-').lower()}"
    body = _NOTE.sub(lambda found: f"[^{letters[found[1]]}^](#{place}-{letters[found[1]]})", body)
    notes = [f"[^{letters[name]}^]{{#{place}-{letters[name]}}} {told[name]}" for name in order]
    return body, "\n\n".join(notes)
