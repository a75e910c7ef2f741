"""Which of a sender's words a finding may repeat: codes and names of the contracts, and names that are nearly such.

Belongs here: the words that are no free text. A word that only looks like a code may be a person's name, so that
it is not enough that it has a code's form; numbers are judged by `findings.echo`.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from data_contracts.folding import fold
from data_contracts.interface import load_interface, measures_of
from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.screening_patterns import load_personal_data

_WORD = re.compile(r"(?![A-Z]{1,2}$)[A-Za-z0-9_.,:+-]*[A-Za-z][A-Za-z0-9_.,:+-]*")
# Findings on a misspelt name, which has no other address.
_NEARLY = ("L0-unknown-sheet", "L0-unknown-file", "L0-unknown-column", "L0-unknown-field")
_NEAR = 0.75


def may_be_repeated(catalog: Catalog, code: str, text: str) -> bool:
    """Whether what a finding of that code has seen, or the place that it names, may stand in it."""
    if _WORD.fullmatch(text) is None:
        return True
    folded = fold(text)
    names = _known_names(_Key(catalog))
    if folded in names or folded in _known_words(_Key(catalog)):
        return True
    return code in _NEARLY and bool(difflib.get_close_matches(folded, names, n=1, cutoff=_NEAR))


class _Key:
    """A catalog as a key of the cache: one and the same object."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.catalog is self.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


@functools.lru_cache(maxsize=8)
def _known_names(key: _Key) -> frozenset[str]:
    """The names of sheets, files, columns and fields, folded."""
    return frozenset(map(fold, _names(key.catalog)))


@functools.lru_cache(maxsize=8)
def _known_words(key: _Key) -> frozenset[str]:
    """Codes and their labels, and whatever else may be repeated, folded."""
    return frozenset(map(fold, (*_codes(key.catalog), *_repeatable(key.catalog.root))))


def _names(catalog: Catalog) -> Iterator[str]:
    rules, interface = load_cover_rules(catalog.root), load_interface(catalog.root)
    yield from (rules.sheet, rules.file, *rules.ignored_sheets, *rules.ignored_files)
    yield from (field.name for field in (*rules.fields, *rules.dataset_fields))
    for (dataset, _), contract in catalog.versions.items():
        yield from (dataset, f"{dataset}.csv", *(column.name for column in contract.columns))
        yield from interface.columns_of(contract)
        yield from (f"{dataset}.{field.name}" for field in rules.dataset_fields)


def _codes(catalog: Catalog) -> Iterator[str]:
    rules = load_cover_rules(catalog.root)
    for code_list in catalog.code_lists.values():
        yield from (code_list.name, *code_list.values, *code_list.words)
    interface = load_interface(catalog.root)
    for published in (*interface.observations.before, *interface.observations.after):
        yield from published.codes
    for contract in catalog.versions.values():
        yield from measures_of(contract)
        for column in contract.dimensions:
            yield from (f"{column.name}={code}" for code in catalog.allowed(column))
    for region in catalog.regions.values():
        yield from (partner.code for partner in region.partners)
    yield from (*rules.handling, *(status.code for status in rules.statuses))
    for field in (*rules.fields, *rules.dataset_fields):
        yield from field.codes


def _repeatable(root: Path) -> tuple[str, ...]:
    return load_personal_data(root).repeatable
