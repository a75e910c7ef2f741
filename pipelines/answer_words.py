"""A finding's texts in the partner's language, filled with what the check put into the English ones.

Belongs here: how placeholders and places are said. The sentences are data: `data_contracts/findings.yaml` and
`data_contracts/translations/`. What is not translated is English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data_contracts.translations import ENGLISH, Translated
from pipelines.findings import EMPTY, NOT_REPEATED, Finding
from pipelines.places import Address
from pipelines.screening_names import FILE_NAME
from pipelines.screening_workbook import HIDDEN_TEXT, NAMES, PROPERTIES, SHEET_NAMES

_WHERE = {
    PROPERTIES: "where_properties",
    NAMES: "where_names",
    SHEET_NAMES: "where_sheet_names",
    HIDDEN_TEXT: "where_unseen",
    FILE_NAME: "where_file_name",
    NOT_REPEATED: "not_repeated",
    EMPTY: "empty",
}
_PHRASES = {
    "limit_columns": re.compile(r"(?P<rows>\d+) rows and (?P<columns>\d+) columns"),
    "limit_cells": re.compile(r"(?P<rows>\d+) rows and (?P<cells>\d+) cells"),
    "length_of_text": re.compile(r"(?P<paragraphs>\d+) paragraphs, (?P<characters>\d+) characters"),
}
_ASKED = re.compile(r"Did you mean (.+)\?")
_NAMED = re.compile(r"(sheet|file) (\S+)")


@dataclass(frozen=True)
class Said:
    """A finding's texts; `hint` is the suggestion that belongs to this cell only, empty where there is none."""

    rule: str
    expected: str
    remedy: str
    seen: str
    hint: str


def said(found: Finding, texts: Translated) -> Said:
    """The texts of a finding in a language; as the finding has them where its values are not known."""
    rule, values = texts.finding(found.code), dict(found.values)
    hint = _hint(values.get("suggestion", ""), texts) if "{suggestion}" in rule.remedy else ""
    filled: dict[str, object] = {
        "column": found.column and phrase(found.column, texts),
        "dataset": found.dataset,
        "sheet": found.sheet and phrase(found.sheet, texts),
        "row": found.row,
        **{name: _value(name, value, texts) for name, value in values.items()},
        "suggestion": "",
    }
    seen = phrase(found.seen, texts)
    try:
        rule_text, expected, remedy = (
            text.format(**filled) for text in (rule.rule, rule.expected, rule.remedy)
        )
    except KeyError:  # a finding that was made elsewhere, with its texts only
        return Said(found.rule, found.expected, found.remedy, seen, hint)
    return Said(rule_text, expected, remedy, seen, hint)


def in_language(found: Finding, texts: Translated) -> Finding:
    """The finding with its texts in a language; code, place and what was seen stay as they are."""
    told = said(found, texts)
    remedy = f"{told.remedy} {told.hint}" if told.hint else told.remedy
    return replace(found, rule=told.rule, expected=told.expected, remedy=remedy)


def address_in_words(address: Address, texts: Translated) -> str:
    """A place as the contact point finds it: `arrests!C17 sex`, or in words where it is no single cell."""
    parts = [sheet_in_words(address.sheet, texts)]
    if address.cell is not None:
        parts[0] += f"!{address.cell}"
    elif address.row is not None:
        parts.append(f"{texts.word('row').lower()} {address.row}")
    elif address.letters is not None:
        parts.append(f"{texts.word('column').lower()} {address.letters}")
    return ", ".join(parts) + (f" {address.name}" if address.name else "")


def sheet_in_words(sheet: str | None, texts: Translated) -> str:
    """A sheet's name, or words for what is no sheet."""
    return texts.word("the_file") if sheet is None else phrase(sheet, texts)


def phrase(text: str, texts: Translated) -> str:
    """What stands for a value or place in words, in the language; anything else as it is."""
    if text in _WHERE:
        return texts.word(_WHERE[text])
    for key, form in _PHRASES.items():
        if match := form.fullmatch(text):
            return texts.word(key).format(**match.groupdict())
    return text


def _value(name: str, value: str, texts: Translated) -> str:
    """A placeholder's value without English words in it."""
    if texts.language == ENGLISH:
        return value
    if name in ("because", "when"):
        return value.replace(" is ", " = ").replace(" or ", " / ").replace(" and ", ", ")
    if name == "name" and (match := _NAMED.fullmatch(value)):
        return f"{texts.word(match[1]).lower()} {match[2]}"
    if name == "table" and value == "nothing":
        return "_T"
    return phrase(value, texts)


def _hint(suggestion: str, texts: Translated) -> str:
    match = _ASKED.fullmatch(suggestion.strip())
    if match is None:
        return ""
    codes = f" {texts.word('or')} ".join(match[1].split(" or "))
    return texts.word("did_you_mean").format(codes=codes)
