"""Finds what looks like personal data in one text; says only which kind, never what or where in the text.

Belongs here: the patterns, read from `data_contracts/personal_data.yaml`, and how a text is compared with them.
What a return holds that is a text is `screening.py`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from data_contracts.folding import fold
from data_contracts.frozen import Frozen
from data_contracts.strings import load_strings
from pipelines.screening_checks import CHECKS

FILE = "personal_data.yaml"
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\u0300-\u036f\u20d0-\u20ff\x00-\x08\x0e-\x1f\x7f]"
)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_KINDS_OF_DASH = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-"
)
_KINDS_OF_DOT = dict.fromkeys(map(ord, "\u00b7\u2022\u2024\u2027\u2219\u22c5\u30fb"), ".")
_BLANKS = re.compile(r"\s")
# Every pattern needs three digits, an at sign, or the word for it.
_WORTH = re.compile(
    r"@|(?:\d\D{0,3}){3}|[\[({<]\s?(?:\w{2,6})\s?[\])}>]|\w (?:at|et|kod|majmun|мајмун) \w", re.I
)
_LONGEST = 200_000
_REMEMBERED = 16_384


class Pattern(Frozen):
    """One form of personal data; see the head of the file for what the fields mean."""

    name: str
    code: str
    digits: int
    needs: str = ""
    reads: Literal["text", "letters"]
    pattern: str
    check: str | None = None
    before: str | None = None
    after: str | None = None
    unless: str | None = None
    gap: int = 0
    capitals: bool = False
    examples: tuple[str, ...] = Field(min_length=1)


class PersonalData(Frozen):
    """All of personal_data.yaml."""

    separators: str
    patterns: tuple[Pattern, ...]
    words: dict[str, tuple[str, ...]]
    headings: tuple[str, ...]
    attributes: tuple[str, ...]
    look_alikes: dict[str, str]
    iban: dict[str, int]
    repeatable: tuple[str, ...]


@dataclass(frozen=True)
class _Compiled:
    rule: Pattern
    match: re.Pattern[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@functools.cache
def load_personal_data(root: Path) -> PersonalData:
    """The patterns below a contracts folder."""
    return PersonalData.model_validate(load_strings((root / FILE).read_text(encoding="utf-8")))


@functools.lru_cache(maxsize=_REMEMBERED)
def kinds_in(text: str, *, root: Path) -> frozenset[str]:
    """The finding codes of all kinds of personal data that a text seems to hold."""
    plain = normal(text)[:_LONGEST]
    if not _WORTH.search(plain):
        return frozenset()
    letter_set = set(plain)
    looks = plain.translate(_look_alikes(root))
    letters = "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in looks)
    digits = sum(map(plain.count, "0123456789"))
    said = _lists_in(plain, root)
    found = set()
    for form in _compiled(root):
        rule = form.rule
        if digits < rule.digits or rule.code in found or (rule.needs and letter_set.isdisjoint(rule.needs)):
            continue
        if rule.before is not None and said.isdisjoint((rule.before, rule.after)):
            continue
        source = plain if rule.reads == "text" else letters
        if _is_in(form, source, plain=plain, looks=looks, root=root):
            found.add(rule.code)
    return frozenset(found)


def is_worth(text: str) -> bool:
    """Whether a text has what every pattern needs."""
    return _WORTH.search(normal(text)) is not None


def is_heading(text: str, *, root: Path) -> bool:
    """Whether a column's heading announces personal data."""
    return _heading(text) in _headings(root)


def normal(text: str) -> str:
    """The text as a reader takes it: one kind of digit, blank, dash and dot, nothing that is not seen."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _UNSEEN.sub("", text)
    text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)
    return _BLANKS.sub(" ", text).translate(_KINDS_OF_DASH).translate(_KINDS_OF_DOT)


def _is_in(compiled: _Compiled, source: str, *, plain: str, looks: str, root: Path) -> bool:
    """Whether one form stands in a text; all variants of the text have one length."""
    rule = compiled.rule
    for match in compiled.match.finditer(source):
        start, end = match.span(1)
        if rule.capitals and looks[start:end] != source[start:end]:
            continue
        if rule.check is not None and not CHECKS[rule.check](match.group(1), load_personal_data(root).iban):
            continue
        if _in_its_words(compiled, plain[max(0, start - rule.gap - 30) : start], plain[end : end + rule.gap]):
            return True
    return False


def _in_its_words(compiled: _Compiled, before: str, behind: str) -> bool:
    """Whether the words that a pattern needs stand near the match, and those that deny it do not."""
    if compiled.before is None:
        return True
    before, behind = fold(before), fold(behind)
    ends = [match.end() for match in compiled.before.finditer(before)]
    near = [end for end in ends if len(before) - end <= compiled.rule.gap]
    if compiled.unless is not None:
        near = [end for end in near if not compiled.unless.search(before, end)]
    return bool(near) or (compiled.after is not None and compiled.after.search(behind) is not None)


@functools.cache
def _look_alikes(root: Path) -> dict[int, str]:
    table = load_personal_data(root).look_alikes
    small = {ord(letter.lower()): look.lower() for letter, look in table.items()}
    return small | {ord(letter): look for letter, look in table.items()}


@functools.cache
def _lists(root: Path) -> dict[str, re.Pattern[str]]:
    return {name: _any_of(words) for name, words in load_personal_data(root).words.items()}


def _lists_in(plain: str, root: Path) -> set[str]:
    """The lists of words of which a text has one; a form that needs none of them is not looked for."""
    folded = fold(plain)
    return {name for name, words in _lists(root).items() if words.search(folded)}


@functools.cache
def _compiled(root: Path) -> tuple[_Compiled, ...]:
    data, lists = load_personal_data(root), _lists(root)

    def named(name: str | None) -> re.Pattern[str] | None:
        return None if name is None else lists[name]

    return tuple(
        _Compiled(
            rule,
            re.compile(rule.pattern.replace("<s>", data.separators)),
            named(rule.before),
            named(rule.after),
            named(rule.unless),
        )
        for rule in data.patterns
    )


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, or beginnings of words where a * follows, compared as `fold` compares."""
    forms = [
        re.escape(fold(word.removesuffix("*"))) + (r"\w*" if word.endswith("*") else r"(?!\w)")
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})")


def _heading(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold(normal(text))).split())


@functools.cache
def _headings(root: Path) -> frozenset[str]:
    return frozenset(map(_heading, load_personal_data(root).headings))
