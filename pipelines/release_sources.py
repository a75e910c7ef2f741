"""What the report's own sources say without a published figure: numbers that need no key.

A number in a release may stand without a key only where a source of the report has it, between the same words: the
chapters, the passages and words in YAML, the contracts and code lists, and the texts in the report's code. There is no
list of harmless numbers. Belongs here: reading the sources as text, and the comparison.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from data_contracts.messages import ENGLISH, all_texts, number_words, speaking
from data_contracts.model import Catalog, Region
from data_contracts.strings import load_values
from pipelines.likelihood import load_likelihood
from pipelines.release_words import KNOWN, NUMBER_WORDS, REACH, Number, numbers_among, words_of
from pipelines.told import told_span
from pipelines.trends_words import trend_words

# Stands in a source for what is filled in: any word may stand there.
HOLE = "\ue011"
# What a chapter writes for the edition's year.
YEAR = "{{< meta year >}}"
# What the words of trends write for a number of their own file.
FEWEST = "{fewest}"
REPORT = Path(__file__).resolve().parent.parent / "report"
_CELL = re.compile(r"^```\{python\}.*?^```\s*$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HOLE = re.compile(r"\{\{<.*?>\}\}|`\{python\}[^`]*`|@[a-z]+-[\w-]+|\{#[^}]*\}|\{\w*(?:[.!:\[][^}]*)?\}")
_ATTRIBUTE = re.compile(r'"([^"]*)"')
_MARKUP = re.compile(r"[*\\\[\]]")


class Sources:
    """The numbers of all sources, each with the words beside it."""

    def __init__(self, texts: Iterable[str], numbers: frozenset[str] = NUMBER_WORDS) -> None:
        """Reads texts in which a hole stands for what is filled in; `numbers` are the words for numbers."""
        self.numbers = numbers
        self._known: dict[str, set[Number]] = defaultdict(set)
        for text in texts:
            words = words_of(text.replace(HOLE, KNOWN))
            for number in numbers_among(words, numbers):
                self._known[number.word].add(number)

    def hold(self, number: Number) -> bool:
        """Whether a source has this number between these words; a bare integer needs a word beside it."""
        return any(
            _agree(number.before, known.before) and _agree(number.after, known.after)
            for known in self._known.get(number.word, ())
            if not number.word.isdigit() or _is_told(known)
        )


def _agree(seen: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether words agree with a source as far as its own text reaches: to a hole or to its end."""
    for position in range(min(REACH, len(known))):
        if known[position] == KNOWN:
            return True
        if position >= len(seen) or seen[position] != known[position]:
            return False
    return True


def _is_told(number: Number) -> bool:
    return any(side and side[0] != KNOWN for side in (number.before, number.after))


def sources_of(
    catalog: Catalog,
    region: Region,
    *,
    year: int,
    report: Path = REPORT,
    language: str = ENGLISH,
    more: Iterable[str] = (),
) -> Sources:
    """The sources of a region's report; `more` are texts that were found true elsewhere, as the edition's title."""
    texts = [*_texts(catalog.root, region, report, year), *_translated(catalog.root, language, year), *more]
    return Sources(texts, NUMBER_WORDS | number_words(language))


def _texts(root: Path, region: Region, report: Path, year: int) -> Iterator[str]:
    for path in sorted(report.rglob("*.qmd")):
        yield from _chapter(path.read_text(encoding="utf-8").replace(YEAR, str(year)))
    described = [
        root / "interface.yaml",
        root / "trend_words.yaml",
        root / "likelihood.yaml",
        root / "regions" / f"{region.name}.yaml",
    ]
    own = sorted({*report.rglob("*.yaml"), *REPORT.rglob("*.yaml")})
    fewest = str(trend_words(root).fewest_own_years)
    for path in [*own, *described, *sorted((root / "contracts").rglob("*.yaml"))]:
        yield from _strings(load_values(path.read_text(encoding="utf-8").replace(FEWEST, fewest)))
    for path in sorted((root / "code_lists").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row[1:])
    for path in sorted(REPORT.rglob("assets/*.html")):
        yield from _ATTRIBUTE.findall(path.read_text(encoding="utf-8"))
    for path in sorted(REPORT.rglob("*.py")):
        yield from _literals(ast.parse(path.read_text(encoding="utf-8")))


def _translated(root: Path, language: str, year: int) -> Iterator[str]:
    """The texts of a language's catalog: what the report says in place of the English ones."""
    with speaking(language):
        yield from (told_span(term.range) for term in load_likelihood(root).scale)
    fewest = str(trend_words(root).fewest_own_years)
    for text in all_texts(language):
        yield _MARKUP.sub("", _HOLE.sub(HOLE, text.replace(YEAR, str(year)).replace(FEWEST, fewest)))


def _chapter(text: str) -> Iterator[str]:
    """The paragraphs of a chapter, without its code, its comments and its markup."""
    for paragraph in re.split(r"\n\s*\n", _COMMENT.sub("", _CELL.sub("", text))):
        yield _MARKUP.sub("", _HOLE.sub(HOLE, paragraph))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield _HOLE.sub(HOLE, value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _literals(module: ast.Module) -> Iterator[str]:
    """The texts in code, holes where values are filled in; descriptions of the code itself are none."""
    said = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    inside: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            parts = (str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said | inside:
            yield _HOLE.sub(HOLE, node.value)
