"""The report's texts in the language of an edition, from gettext catalogs; the English text is the key.

Belongs here: looking a text up, numbers as a language writes them, and which languages there are. A catalog lies in
`locale/<language>/LC_MESSAGES/report.po`; Serbian in Cyrillic is made from Serbian in Latin. Which texts there are is
found in `report/messages_found.py`; labels of codes are in `code_lists/`, texts of returns in `translations/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from data_contracts.transliteration import to_cyrillic

ENGLISH = "en"
LOCALE = Path(__file__).parent / "locale"
CATALOG = "LC_MESSAGES/report.po"
# The name of a column or table in running text, such as sex or target, which may be a code elsewhere.
NAME = "name"
_CYRILLIC, _LATIN = "sr-Cyrl", "sr-Latn"
_MARKUP = re.compile(
    r"(`[^`]*`|\{\{<.*?>\}\}|@[a-z]+-[\w-]+|\]\([^)]*\)|\{[^}]*\}|[\w/]+\.(?:csv|docx|json|pdf)\b"
    r"|\b[A-Z][A-Z0-9]+(?:[-/][A-Z0-9]+)*\b)"
)
_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")
_HOLE = re.compile(r"\{(\w+)\}")
_Key = tuple[str, str]
_Value = TypeVar("_Value")

_spoken = [ENGLISH]


def say(text: str, /, **values: object) -> str:
    """A text in the language that is spoken, with its holes filled in; in English where the catalog lacks it."""
    found = catalog_of(_spoken[-1]).get(("", text), text)
    return found.format(**values) if values else found


def later(text: str) -> str:
    """A text as it is, which is said later: it belongs to the catalogs."""
    return text


def name_of(name: str) -> str:
    """The words of a column, a table or a measure in running text: `type_of_terrorism` is type of terrorism."""
    words = name.replace("_", " ")
    return catalog_of(_spoken[-1]).get((NAME, words), words)


def spoken() -> str:
    """The language that is spoken."""
    return _spoken[-1]


def speak(language: str) -> None:
    """Has the rest of a process speak a language."""
    _spoken[-1] = text_language(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Has what happens within speak a language."""
    _spoken.append(text_language(language))
    try:
        yield
    finally:
        _spoken.pop()


@cache
def text_languages() -> tuple[str, ...]:
    """The languages that the report is written in, English first."""
    found = sorted(path.parents[1].name for path in LOCALE.glob(f"*/{CATALOG}"))
    return (ENGLISH, *found, *([_CYRILLIC] if _LATIN in found else []))


def text_language(language: str) -> str:
    """The language of the texts of an edition: its own where there is a catalog, else English."""
    return language if language in text_languages() else ENGLISH


def reviewed(language: str) -> bool:
    """Whether a speaker of the language has read its whole catalog; English is the source."""
    return language == ENGLISH or bool(_settings(language)["reviewed"])


def language_name(language: str) -> str:
    """A language's own name."""
    path = Path(__file__).parent / "translations" / f"{language}.yaml"
    return str(yaml.safe_load(path.read_text(encoding="utf-8"))["name"])


def translated(value: _Value, keys: Iterable[str]) -> _Value:
    """What a YAML file says, in the language that is spoken: the texts below some of its keys."""
    if _spoken[-1] == ENGLISH:
        return value
    found: _Value = _within(value, frozenset(keys), inside=False)
    return found


def retold(text: str, templates: Iterable[str]) -> str:
    """An English text that was made from one of some templates, in the language that is spoken."""
    for template in templates:
        found = holes(template, text)
        if found is not None:
            return say(template, **found)
    return text


def holes(template: str, text: str) -> dict[str, str] | None:
    """What stands in the holes of a template in a text that was made from it; nothing where it was not."""
    found = _pattern(template).fullmatch(text)
    return None if found is None else found.groupdict()


def decimal(text: str) -> str:
    """A number with the decimal sign of the language that is spoken."""
    sign = _decimal_sign(_spoken[-1])
    return text if sign == "." else _DECIMAL.sub(rf"\1{sign}\2", text)


def decimal_sign() -> str:
    """The decimal sign of the language that is spoken."""
    return _decimal_sign(_spoken[-1])


def undecimal(text: str, language: str) -> str:
    """A number of a language with a point as its decimal sign."""
    sign = _decimal_sign(language)
    return text if sign == "." else re.sub(rf"(?<=\d){re.escape(sign)}(?=\d)", ".", text)


@cache
def catalog_of(language: str) -> Mapping[_Key, str]:
    """The texts of a language by context and English text; none for English itself."""
    if language == ENGLISH:
        return {}
    if language == _CYRILLIC:
        keep = tuple(_settings(_CYRILLIC)["keep"])
        return {key: _in_cyrillic(text, keep) for key, text in catalog_of(_LATIN).items()}
    from babel.messages.pofile import read_po

    with (LOCALE / language / CATALOG).open("rb") as file:
        known = read_po(file, locale=None)
    return {(one.context or "", str(one.id)): str(one.string) for one in known if one.id and one.string}


def all_texts(language: str) -> list[str]:
    """Every text of a language's catalog."""
    return list(catalog_of(language).values())


def number_words(language: str) -> frozenset[str]:
    """The words of a language for numbers, which no text may hold that is not of the report's sources."""
    if language == ENGLISH:
        return frozenset()
    if language == _CYRILLIC:
        return frozenset(to_cyrillic(word) for word in number_words(_LATIN))
    return frozenset(_settings(language)["numbers"])


def locale_of(language: str) -> str:
    """The locale of a language, for dates and numbers; English is that of Europe: 30 June, not June 30."""
    return {ENGLISH: "en_GB"}.get(language, language.replace("-", "_"))


@cache
def _decimal_sign(language: str) -> str:
    if language == ENGLISH:
        return "."
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(locale_of(language)))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = _HOLE.split(template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )


def _within(value: Any, keys: frozenset[str], *, inside: bool) -> Any:
    if isinstance(value, str):
        return say(value) if inside else value
    if isinstance(value, list | tuple):
        return [_within(item, keys, inside=inside) for item in value]
    if isinstance(value, dict):
        return {key: _within(item, keys, inside=inside or key in keys) for key, item in value.items()}
    return value


def _in_cyrillic(text: str, keep: tuple[str, ...]) -> str:
    """A Serbian text in Cyrillic; markup, placeholders, references, links and acronyms stay as they are."""
    own = frozenset(_settings(_CYRILLIC)["cyrillic"])
    return "".join(
        part if n % 2 and part not in own else to_cyrillic(part, keep=keep)
        for n, part in enumerate(_MARKUP.split(text))
    )


@cache
def _settings(language: str) -> Mapping[str, Any]:
    """What is known of a catalog beside its texts: whether it was read, and which words stay in Latin."""
    loaded: Mapping[str, Any] = yaml.safe_load((LOCALE / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded
