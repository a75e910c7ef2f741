"""Parses one field of the cover by its kind; each kind is one function: text in, value or finding out.

Belongs here: what a single field may hold. What fields must hold together is `checking_cover.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data_contracts.model import TOTAL, Catalog, Contract, Region
from data_contracts.words import column_meant, meant, meant_on_cover, meant_partner
from pipelines.cover import CoverField, CoverRules
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion
from pipelines.reading import contract_for

Value = str | int | bool | datetime.date | tuple[str, ...]
Parsed = tuple[Value | None, Finding | None]
YES_NO = "yes_no"
_WHOLE = re.compile(r"[+]?(\d{1,9})(?:[.,]0{1,2})?")
_DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}[./-]\s*\d{1,2}[./-]\s*(?:\d{4}|\d{2})\.?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00(?:\.0+)?)?")


@dataclass(frozen=True)
class Asked:
    """A field as asked of the parsers: its rule, its text, its place, and what it is judged by."""

    field: CoverField
    text: str
    place: Place
    version: str
    rules: CoverRules
    region: Region
    catalog: Catalog

    def wrong(self, code: str, **values: object) -> Parsed:
        """No value, and the finding with the texts of its code."""
        return None, finding(self.catalog, code, place=self.place, seen=echo(self.text), **values)


def parse_field(asked: Asked) -> Parsed:
    """The value of a field that is not empty, or what is wrong with it."""
    return _PARSERS[asked.field.kind](asked)


def _code(asked: Asked) -> Parsed:
    codes = asked.field.codes
    found = meant_on_cover(asked.catalog, asked.field.name, codes, asked.text)
    return _one_of(asked, codes, "C-unknown-code", found)


def _one_of(asked: Asked, codes: tuple[str, ...], finding_code: str, found: tuple[str, ...]) -> Parsed:
    """The one code found; of none and of several, what is wrong."""
    if len(found) == 1:
        return found[0], None
    if found:
        return asked.wrong("C-ambiguous-label", allowed=", ".join(found))
    return asked.wrong(finding_code, allowed=", ".join(codes), suggestion=suggestion(asked.text, codes))


def _partner(asked: Asked) -> Parsed:
    codes = tuple(partner.code for partner in asked.region.partners)
    return _one_of(asked, codes, "C-partner-unknown", meant_partner(asked.region, asked.text))


def _partners(asked: Asked) -> Parsed:
    """Codes or names, separated by commas or semicolons; codes also by blanks."""
    known = {partner.code for partner in asked.region.partners}
    words = [word for word in re.split(r"[,;]", asked.text) if word.strip()]
    if all(word.upper() in known for word in re.split(r"[,;\s]+", asked.text) if word):
        words = re.split(r"[,;\s]+", asked.text.strip(" ,;"))
    found = [meant_partner(asked.region, word) for word in words]
    if not all(len(codes) == 1 for codes in found):
        return asked.wrong("C-partner-unknown", allowed=", ".join(sorted(known)), suggestion="")
    return tuple(codes[0] for codes in found), None


def _handling(asked: Asked) -> Parsed:
    codes = tuple(asked.rules.handling)
    known = {code.casefold(): code for code in codes}
    code = known.get(re.sub(r"\s+", "", asked.text).casefold())
    return asked.wrong("C-handling-refused", allowed=", ".join(codes)) if code is None else (code, None)


def _version(asked: Asked) -> Parsed:
    versions = sorted({version for _, version in asked.catalog.versions}, key=int)
    whole = _WHOLE.fullmatch(asked.text)
    version = whole.group(1) if whole else asked.text
    if version not in versions:
        return asked.wrong("C-version-unknown", allowed=", ".join(versions))
    return version, None


def _integer(asked: Asked) -> Parsed:
    whole = _WHOLE.fullmatch(asked.text)
    if whole is None:
        return asked.wrong("C-not-an-integer", minimum=asked.field.minimum)
    if asked.field.minimum is not None and int(whole.group(1)) < asked.field.minimum:
        return asked.wrong("C-below-minimum", minimum=asked.field.minimum)
    return int(whole.group(1)), None


def _year(asked: Asked) -> Parsed:
    whole = _WHOLE.fullmatch(asked.text)
    if whole is None or not 1900 <= int(whole.group(1)) <= 2999:
        return asked.wrong("C-year")
    return int(whole.group(1)), None


def _date(asked: Asked) -> Parsed:
    match = _DATE.fullmatch(asked.text)
    if match is None:
        return asked.wrong("C-date-order" if _DAY_OR_MONTH_FIRST.fullmatch(asked.text) else "C-date")
    try:
        return datetime.date(*map(int, match.groups())), None
    except ValueError:
        return asked.wrong("C-date-impossible")


def _yes_no(asked: Asked) -> Parsed:
    word = asked.text.casefold()
    if word in asked.rules.yes_words or word in asked.rules.no_words:
        return word in asked.rules.yes_words, None
    codes = asked.catalog.code_lists[YES_NO].values
    found = meant_on_cover(asked.catalog, YES_NO, codes, asked.text)
    return (found[0] in asked.rules.yes_words, None) if len(found) == 1 else asked.wrong("C-yes-no")


def _words(asked: Asked) -> Parsed:
    limit = asked.field.max_length
    if limit is not None and len(asked.text) > limit:
        _, found = asked.wrong("C-text-too-long", limit=limit)
        return None, found
    return asked.text, None


def _column_codes(asked: Asked) -> Parsed:
    """Pairs `column=code` of the dataset's dimensions, in codes or labels, never `_T`."""
    if asked.place.dataset is None:
        raise KeyError(f"{asked.field.name}: kind column_codes belongs to a dataset's field")
    contract = contract_for(asked.catalog, asked.place.dataset, version=asked.version)
    allowed = {
        f"{column.name}={code}"
        for column in contract.dimensions
        for code in asked.catalog.allowed(column)
        if code != TOTAL
    }
    pairs = [pair for pair in re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", asked.text.lower())) if pair]
    known = {pair.lower(): pair for pair in allowed}
    if all(pair in known for pair in pairs):
        return tuple(sorted(known[pair] for pair in set(pairs))), None
    found = set()
    for pair in re.split(r"[,;\n]\s*(?=[^,;=\n]+=)", asked.text.strip(" ,;")):
        meanings = sorted(_pairs_meant(asked, contract, pair) & allowed)
        if len(meanings) > 1:
            return asked.wrong("C-ambiguous-label", allowed=", ".join(meanings))
        if not meanings:
            close = suggestion(pair.lower(), sorted(allowed))
            return asked.wrong("C-not-collected-unknown", suggestion=close)
        found |= {*meanings}
    return tuple(sorted(found)), None


def _pairs_meant(asked: Asked, contract: Contract, pair: str) -> set[str]:
    """The pairs that a column and a code, each by itself or by a label in any language, may mean."""
    name, _, word = pair.partition("=")
    named = column_meant(asked.catalog, contract, clean(name))
    column = next((column for column in contract.dimensions if column.name == named), None)
    return (
        set() if column is None else {f"{named}={code}" for code in meant(asked.catalog, column, clean(word))}
    )


_PARSERS: Mapping[str, Callable[[Asked], Parsed]] = {
    "code": _code,
    "column_codes": _column_codes,
    "confirmations": _words,
    "date": _date,
    "handling": _handling,
    "integer": _integer,
    "partner": _partner,
    "partners": _partners,
    "text": _words,
    "version": _version,
    "year": _year,
    "yes_no": _yes_no,
}
