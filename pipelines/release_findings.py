"""What the reading of a release folder finds, and the figures it meets on the way.

Belongs here: the two records that every part of the reading gives. A finding names file and place, never a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.narrative_numbers import FILLER, typed_numbers
from pipelines.narrative_words import narrative_words
from pipelines.release_sources import Sources
from pipelines.release_values import Release
from pipelines.release_words import KNOWN, numbers_in

NO_KEY = "holds a number without a key that no source of the report has"
OTHER_VALUE = "prints another value than the data file has under its key"
TYPED = "states a number by hand"
UNKNOWN_KEY = "has a key that leads to no value of the data files"


@dataclass(frozen=True, order=True)
class ReadingFinding:
    """One number that is not explained: the file, the place in it, and what is wrong."""

    file: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.problem}."


@dataclass(frozen=True)
class ReadFigure:
    """A printed number with its key, where it was read."""

    file: str
    place: str
    key: str
    shown: str


@dataclass
class Notes:
    """Figures and findings of one file, in its order, checked against the release as they are noted."""

    file: str
    release: Release
    sources: Sources
    figures: list[ReadFigure] = field(default_factory=list)
    findings: list[ReadingFinding] = field(default_factory=list)

    def finding(self, place: str, problem: str) -> None:
        """Notes what is wrong at a place; what the place quotes of the file is masked already."""
        self.findings.append(ReadingFinding(self.file, place, problem))

    def figure(self, place: str, key: str, shown: str) -> None:
        """Notes a printed number with its key, and what is wrong with it."""
        self.figures.append(ReadFigure(self.file, place, key, shown))
        value = self.release.value(key)
        if value is None:
            self.finding(place, UNKNOWN_KEY)
        elif not self.release.prints(shown, value):
            self.finding(place, OTHER_VALUE)

    def cell(self, place: str, text: str, keys: str) -> None:
        """Notes a cell that prints the values of some keys, alone or among words, and looks at the rest of it."""
        words = text.split()
        for key in keys.split():
            value = self.release.value(key)
            runs = _runs(words) if value is not None else ()
            found = next(
                (run for run in runs if value and self.release.prints(" ".join(words[slice(*run)]), value)),
                None,
            )
            self.figure(place, key, " ".join(words[slice(*found)]) if found else text)
            if found:
                words[slice(*found)] = [KNOWN]
        self.text(place, " ".join(words))

    def text(self, place: str, text: str) -> None:
        """Looks for numbers in a text whose keyed numbers are taken out."""
        if any(not self.sources.hold(number) for number in numbers_in(text, self.sources.numbers)):
            self.finding(place, NO_KEY)

    def editors_text(self, place: str, text: str) -> None:
        """Looks in a text of the editors for numbers that are no years, dates or references to law."""
        words = narrative_words(self.release.catalog.root, str(self.release.about["language"]))
        if any(typed_numbers(text.replace(KNOWN, FILLER), words)):
            self.finding(place, TYPED)

    def same(self, place: str, seen: object, expected: object, problem: str) -> None:
        """Notes a problem where two things that must be the same are not."""
        if seen != expected:
            self.finding(place, problem)


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring words, the longest first."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield start, start + length


def without(text: str, known: Iterable[str], mark: str) -> str:
    """A text in which things that are accounted for are replaced by a mark."""
    for item in known:
        text = text.replace(item, mark) if item else text
    return text
