"""Definitions and acronyms: the words of `terms.yaml` that the edition at hand uses.

Belongs here: choosing and setting them. What a dataset counts, column by column, is in `definitions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.messages import say, translated
from data_contracts.strings import load_values
from report.edition import Edition
from report.markdown import table
from report.messages_found import TEXTS

FILE = Path(__file__).parent / "terms.yaml"


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = load_values(FILE.read_text(encoding="utf-8"))
    return loaded


def _words() -> dict[str, Any]:
    return translated(_file(), TEXTS[FILE.name])


def directive_articles() -> dict[int, str]:
    """The articles of Directive (EU) 2017/541 that offences are set beside, with what each is about."""
    return dict(_words()["directive"])


def definitions(edition: Edition) -> str:
    """The terms of the report and their meanings."""
    rows = [[entry["term"], entry["text"]] for entry in _used(edition, "definitions")]
    return table(
        "terms", say("Terms, and how this report uses them"), [say("Term"), say("Meaning")], rows, words=2
    )


def acronyms(edition: Edition) -> str:
    """The acronyms of the report."""
    rows = [[entry["short"], entry["full"]] for entry in _used(edition, "acronyms")]
    return table("acronyms", say("Acronyms"), [say("Acronym"), say("Meaning")], rows, words=2)


def _used(edition: Edition, kind: str) -> Iterator[Mapping[str, Any]]:
    yield from (entry for entry in _words()[kind] if set(entry.get("needs", ())) <= edition.there)


NAMED: Mapping[str, Callable[[Edition], str]] = {"definitions": definitions, "acronyms": acronyms}
