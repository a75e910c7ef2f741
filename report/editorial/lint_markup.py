"""What the report does not set: markup of other kinds, links, images, comments and footnotes that are not closed.

Belongs here: the form of a text. What its words say is looked at in `lint_words.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipelines.screening import deceptions_in
from report.editorial.findings import Hit
from report.editorial.prose import Prose
from report.rendering import pandoc, tree

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ue000-\uf8ff\U000e0000-\U0010ffff\x00-\x08\x0b-\x1f\x7f]"
)
_HEADING = re.compile(r"^[ ]{0,3}(#+)(?=\s|$)[^\n]*", re.MULTILINE)
_FORMS = (
    ("N-image", re.compile(r"!\[")),
    ("N-link", re.compile(r"\]\(|\]\[|\]\{|<https?:|\bhttps?://\S*|\bwww\.\S+", re.IGNORECASE)),
    ("N-link", re.compile(r"^\s*\[[^\]^][^\]]*\]:", re.MULTILINE)),
    ("N-markup", re.compile(r"<[A-Za-z/!?][^>\n]*>?")),
    ("N-markup", re.compile(r"&(?:#\w+|[A-Za-z]\w{1,30});")),
    ("N-markup", re.compile(r"\$[^\n]{0,30}|\\[A-Za-z]\w*")),
    ("N-markup", re.compile(r"`[^`\n]*`?|^~~~[^\n]*", re.MULTILINE)),
    ("N-markup", re.compile(r"^\s*:{3,}[^\n]*|^\s*[|+][^\n]*|^[ ]{0,3}(?:[-*_=][ ]?){3,}\s*$", re.MULTILINE)),
    ("N-markup", re.compile(r"\{(?!\{)[^}\n]*\}?|~[^~\n]*~|\^[^\^\s\]]+\^")),
    ("N-cross-reference", re.compile(r"(?<![\w.])-?@[\w{][\w:.-]*|\{\{[^\n]{0,30}")),
)  # fmt: skip
_NOTE, _NOTE_TEXT = (
    re.compile(r"\[\^([^\]\s]+)\](?!:)"),
    re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(\S?)", re.MULTILINE),
)
_MOST_NOTES = 26
_SET = frozenset(
    [
        "Para",
        "Plain",
        "Header",
        "BulletList",
        "OrderedList",
        "BlockQuote",
        "Str",
        "Space",
        "SoftBreak",
        "LineBreak",
        "Emph",
        "Strong",
        "Quoted",
        "SingleQuote",
        "DoubleQuote",
        "Note",
        "Decimal",
        "LowerAlpha",
        "UpperAlpha",
        "DefaultStyle",
        "Period",
        "OneParen",
        "DefaultDelim",
    ]
)
_PLACEHOLDER = re.compile("\ue012+")


def check_letters(prose: Prose) -> Iterator[Hit]:
    """Nothing that is not seen, and no word in two alphabets."""
    for found in _HIDDEN.finditer(prose.raw):
        yield Hit("N-invisible-characters", *found.span())
    for word in re.finditer(r"[^\W\d_]+", prose.raw):
        if "L0-mixed-alphabets" in deceptions_in(word[0]):
            yield Hit("N-mixed-alphabets", *word.span())


def check_markup(prose: Prose) -> Iterator[Hit]:
    """Nothing that is not set alike in all formats."""
    if prose.open_comment is not None:
        yield Hit("N-comment-open", prose.open_comment, prose.open_comment + 4)
        return
    taken: list[tuple[int, int]] = []
    for code, pattern in _FORMS:
        for found in pattern.finditer(prose.text):
            if not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                yield Hit(code, *found.span(), {"seen": found[0]})


def check_headings(prose: Prose, *, allowed: bool, chapters: str) -> Iterator[Hit]:
    """Headings of the second and third level, where a text is a chapter of its own."""
    for found in _HEADING.finditer(prose.text):
        if not allowed or len(found[1]) not in (2, 3):
            yield Hit("N-heading", *found.span(), {"seen": found[0], "known": chapters})


def check_notes(prose: Prose) -> Iterator[Hit]:
    """Each footnote has one mark and one text."""
    marks = [(found[1], found.span()) for found in _NOTE.finditer(prose.text)]
    texts = [(found[1], found.span(), found[2]) for found in _NOTE_TEXT.finditer(prose.text)]
    marked, told = Counter(name for name, _ in marks), Counter(name for name, _, text in texts if text)
    places = {name: span for name, span, _ in reversed(texts)} | {
        name: span for name, span in reversed(marks)
    }
    for number, (name, span) in enumerate(places.items()):
        if marked[name] != 1 or told[name] != 1 or number >= _MOST_NOTES:
            yield Hit("N-note", *span, {"seen": f"[^{name}]"})


def unset_nodes(prose: Prose) -> Iterator[Hit]:
    """What pandoc reads as something else than the report sets, however it was written."""
    text = _PLACEHOLDER.sub("reference", prose.text)
    parsed, _ = pandoc.parse(text)
    for node in tree.walk(parsed):
        if node["t"] not in _SET and "c" in node:
            words = [str(one["c"]) for one in tree.walk(node) if one["t"] == "Str"] or _code_words(node)
            place = max(prose.text.find(words[0]), 0) if words else 0
            yield Hit("N-markup", place, place + 1, {"seen": " ".join(words) or node["t"]})


def _code_words(node: pandoc.Node) -> list[str]:
    content = node.get("c")
    return (
        content[-1].split() if isinstance(content, list) and content and isinstance(content[-1], str) else []
    )
