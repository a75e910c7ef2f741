"""The answer for a terminal: by sheet and code, errors first, at most a screen at first, the verdict last.

Belongs here: lines and colours. What is shown is `answer.py`; the same as a page is `answer_page.py`.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipelines.answer import HEADINGS, Answer, Entry, Kind, Spot
from pipelines.answer_next import Step, next_steps, not_shown, tally
from pipelines.answer_words import sheet_in_words

LINES, WIDTH = 40, 100
_SPOT_LINES = 2  # of places, at first
_OUTLINE_LINES = 4  # of what is not shown at first
_COLOURS: dict[str, str] = {
    "error": "31",
    "warning": "33",
    "confirmed": "32",
    "information": "36",
    "rejected": "1;31",
    "unreadable": "1;31",
    "accepted": "1;32",
    "place": "1",
}


@dataclass(frozen=True)
class Screen:
    """What the text is written for: its size, whether it has colours, whether all is shown however long."""

    width: int = WIDTH
    lines: int = LINES
    colours: bool = False
    all: bool = False

    def coloured(self, text: str, name: str) -> str:
        """The text in the colour of a kind, a verdict or a place; colours are never the only sign of anything."""
        return f"\033[{_COLOURS[name]}m{text}\033[0m" if self.colours else text

    def wrapped(self, text: str, indent: int) -> list[str]:
        """The text in lines."""
        blank = " " * indent
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=blank,
            subsequent_indent=blank,
            break_long_words=False,
            break_on_hyphens=False,
        )


def to_text(answer: Answer, *, path: str, screen: Screen | None = None) -> str:
    """The whole answer; `path` is how the user named the return, for the commands that come next."""
    screen = screen or Screen()
    tail = _tail(answer, path, screen)
    blocks = list(_blocks(answer, screen))
    shown = len(blocks)
    if (
        not screen.all and sum(map(len, blocks)) + len(tail) > screen.lines + 1
    ):  # a heading's blank is not printed
        room = screen.lines - len(tail) - _OUTLINE_LINES - 2
        shown = max(1, sum(total <= room for total in accumulate(map(len, blocks))))
    lines = [line for block in blocks[:shown] for line in block]
    more = _outline(answer, answer.entries[shown:], path, screen) if shown < len(blocks) else []
    return "\n".join([*lines, *more, *tail]).strip("\n") + "\n"


def _blocks(answer: Answer, screen: Screen) -> Iterator[list[str]]:
    """The lines of each entry, with the headings that begin there."""
    kind: Kind | None = None
    group: tuple[str | None, str] | None = None
    for entry in answer.entries:
        lines: list[str] = []
        if entry.kind != kind:
            heading = f"{answer.texts.word(HEADINGS[entry.kind])}: {answer.counts[entry.kind]}"
            lines += ["", screen.coloured(heading, entry.kind)]
        if (entry.kind, (entry.sheet, entry.code)) != (kind, group):
            lines.append(_head(answer, entry, screen))
        kind, group = entry.kind, (entry.sheet, entry.code)
        yield lines + _told(answer, entry, screen)


def _head(answer: Answer, entry: Entry, screen: Screen) -> str:
    """The sheet and code that the findings below share."""
    return "  " + screen.coloured(f"{sheet_in_words(entry.sheet, answer.texts)}  {entry.code}", entry.kind)


def _outline(answer: Answer, entries: Sequence[Entry], path: str, screen: Screen) -> list[str]:
    """What else there is, in a few lines, and how to see it."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[f"{sheet_in_words(entry.sheet, answer.texts)} {entry.code}"] += len(entry.spots)
    lines = screen.wrapped("; ".join(f"{name} ({count})" for name, count in counts.items()), 2)
    if len(lines) > _OUTLINE_LINES - 1:
        lines = [*lines[: _OUTLINE_LINES - 1], "  …"]
    return ["", *lines, *_step(not_shown(answer, counts.total(), path), screen)]


def _told(answer: Answer, entry: Entry, screen: Screen) -> list[str]:
    """Rule, places, and what to do; of what is confirmed, only what it is."""
    lines = screen.wrapped(entry.rule, 4) + _spots(answer, entry, screen)
    if entry.kind != "confirmed":
        word = answer.texts.word
        lines += screen.wrapped(f"{word('expected')}: {entry.expected}", 4)
        lines += screen.wrapped(f"{word('remedy')}: {entry.remedy}", 4)
    return lines


def _spots(answer: Answer, entry: Entry, screen: Screen) -> list[str]:
    """The places, as many as fit in a few lines; with `all`, each of them."""
    told = [_spot(answer, entry, spot) for spot in entry.spots]
    if told == [""]:
        return []
    lines = screen.wrapped("; ".join(told), 4)
    if len(lines) > _SPOT_LINES and not screen.all:
        lengths = accumulate(len(text) + 2 for text in told)
        shown = max(1, sum(length <= _SPOT_LINES * (screen.width - 4) for length in lengths))
        for count in range(shown, 0, -1):
            more = answer.texts.word("more_places").format(count=len(told) - count)
            lines = screen.wrapped("; ".join([*told[:count], *([more] if count < len(told) else [])]), 4)
            if len(lines) <= _SPOT_LINES:
                break
    return [screen.coloured(line, "place") for line in lines]


def _spot(answer: Answer, entry: Entry, spot: Spot) -> str:
    """Place and what was seen; the column is left out where the rule names it."""
    name, where = spot.address.name, spot.where
    if spot.address.sheet is None and spot.seen in ("", answer.texts.word("not_repeated")):
        return ""
    if name and name in entry.rule:
        where = where.removesuffix(f" {name}")
    seen = f"{where}: {spot.seen}" if spot.seen else where
    return f"{seen} ({spot.hint})" if spot.hint else seen


def _tail(answer: Answer, path: str, screen: Screen) -> list[str]:
    """The verdict with its counts, and what to do next; the last lines, for those are what a terminal leaves."""
    head = f"{answer.texts.word(answer.verdict)}  {answer.name}  {tally(answer)}"
    first, *rest = screen.wrapped(head, 0)
    verdict = answer.texts.word(answer.verdict)
    lines = [first.replace(verdict, screen.coloured(verdict, answer.verdict), 1), *rest]
    for step in next_steps(answer, path):
        lines += _step(step, screen)
    return ["", *lines]


def _step(step: Step, screen: Screen) -> list[str]:
    """The sentence, and what is to be typed on a line of its own, however long, so that it can be copied."""
    return [*screen.wrapped(step.sentence, 0), *([f"  {step.typed}"] if step.typed else [])]
