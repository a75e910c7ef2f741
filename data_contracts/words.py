"""What a word that a partner wrote means: a code of a column, a code on the cover, a column's name.

Belongs here: codes, labels in every language and both scripts, and `code – label` as the template's drop-downs
write it. Both readers of the contracts ask here; how words are compared is `folding.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data_contracts.folding import fold, with_label, words_of
from data_contracts.model import Catalog, Column, Contract, Region
from data_contracts.translations import known_languages, translated


def meant(catalog: Catalog, column: Column, text: str) -> tuple[str, ...]:
    """The codes of a dimension that a cell may mean: none, one, or several where a label is ambiguous.

    A code is its own word, in any case; else it is a label, or `code – label`.
    """
    allowed = catalog.allowed(column)
    lists = (str(column.code_list), "special_codes")
    return _meant(text, allowed, (catalog.code_lists[name].words for name in lists))


def _meant(
    text: str, allowed: Iterable[str], words: Iterable[Mapping[str, frozenset[str]]]
) -> tuple[str, ...]:
    plain = text.strip().casefold()
    own = tuple(code for code in allowed if code.casefold() == plain)
    if own:
        return own
    word = fold(text)
    codes = {code for known in words for code in known.get(word, ())}
    return tuple(code for code in allowed if code in codes)


def ambiguous(catalog: Catalog, column: Column) -> tuple[str, ...]:
    """The folded words that mean more than one code of a dimension."""
    lists = (str(column.code_list), "special_codes")
    words = {word for name in lists for word in catalog.code_lists[name].words}
    return tuple(sorted(word for word in words if len(meant(catalog, column, word)) > 1))


def meant_on_cover(catalog: Catalog, field: str, codes: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The codes of a cover's field that a word may mean; its labels are the code list named as the field."""
    known = catalog.code_lists.get(field)
    return _meant(text, codes, () if known is None else (known.words,))


def meant_partner(region: Region, text: str) -> tuple[str, ...]:
    """The partners that a word may mean: a code, a name in any language, with or without its footnote's mark."""
    labels = {}
    for partner in region.partners:
        mark = region.footnotes[partner.footnote].mark if partner.footnote else ""
        labels[partner.code] = {language: name.removesuffix(mark) for language, name in partner.names.items()}
        text = text.strip().removesuffix(mark) if mark else text
    return _meant(text, tuple(labels), (words_of(known) for known in (labels,)))  # only if it is no code


def column_meant(catalog: Catalog, contract: Contract, text: str) -> str | None:
    """The column that a header's cell names: by name, by `name – label`, or by its label in any language.

    A label that two columns share names neither; a name with a label that is not its own names none.
    """
    wanted = {_plain(column.name): column.name for column in contract.columns}
    name = wanted.get(_plain(text))
    if name is not None or not text.strip():
        return name
    word = fold(text)
    found = {
        column.name
        for language in known_languages(catalog)
        for column, label in _labels(catalog, contract, language)
        if word in (fold(label), fold(with_label(column.name, label)))
    }
    return found.pop() if len(found) == 1 else None


def _labels(catalog: Catalog, contract: Contract, language: str) -> list[tuple[Column, str]]:
    """Each column with its label in a language."""
    texts = translated(catalog, language)
    return [(column, texts.column(contract.dataset, column.name).label) for column in contract.columns]


def _plain(text: str) -> str:
    """A column's name as it may be typed: in any case, with blanks or hyphens for underscores."""
    return fold(text).replace(" ", "_").replace("-", "_")
