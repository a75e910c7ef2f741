"""Which national offences stand under which article of Directive (EU) 2017/541, and what of it was verified.

Belongs here: tables of `data/offences.csv`. What a return counts under an article is in the contracts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from data_contracts.messages import say
from pipelines import told
from report.edition import Edition
from report.markdown import table
from report.terms import directive_articles

UNVERIFIED, WIDER = "†", "+"
NOTHING = "–"
VERIFIED = ("verified", "article verified")
_NUMBER, _RANGE = re.compile(r"\d+"), re.compile(r"(\d+)-(\d+)")
Row = Mapping[str, str]


def by_article(edition: Edition) -> str:
    """Articles of the Directive in rows, partners in columns, national articles in the cells."""
    rows = edition.offences.to_dicts()
    lines = []
    for article, title in directive_articles().items():
        cells = [
            ", ".join(
                _shown(edition, row)
                for row in rows
                if row["partner"] == partner and article in _articles(row)
            )
            for partner in edition.partners
        ]
        lines.append([title, *(cell or NOTHING for cell in cells)])
    caption = say(
        "National offences by article of Directive (EU) 2017/541, by number in the criminal code or another act. "
        "{unverified} number of the article not verified; {wider} wider than the Directive",
        unverified=UNVERIFIED,
        wider=WIDER,
    )
    return table(
        "offences-by-article",
        caption,
        [say("Directive"), *edition.partners.values()],
        lines,
        words=len(edition.partners) + 1,
    )


def listed(edition: Edition) -> str:
    """Every national offence with its act and the articles of the Directive."""
    lines = [
        [
            edition.partners[row["partner"]],
            edition.printed("offences", row, "act"),
            _shown(edition, row),
            edition.printed("offences", row, "label"),
            edition.printed("offences", row, "directive"),
        ]
        for row in edition.offences.iter_rows(named=True)
        if row["partner"] in edition.partners
    ]
    header = [say("Partner"), say("Act"), say("Article"), say("Offence"), say("Directive")]
    caption = say(
        "National offences of the partners. {unverified} number of the article not verified",
        unverified=UNVERIFIED,
    )
    return table("offences-list", caption, header, lines, words=len(header))


def _shown(edition: Edition, row: Row) -> str:
    """The number of a national article with its signs."""
    signs = ("" if row["verified"] in VERIFIED else UNVERIFIED) + (
        WIDER if row["directive"].endswith(say(told.WIDER, articles="")) else ""
    )
    return f"{edition.printed('offences', row, 'article')}{signs}"


def _articles(row: Row) -> set[int]:
    """The articles of the Directive that a national one belongs to, without their paragraphs."""
    found: set[int] = set()
    for part in row["directive"].split(";"):
        span, first = _RANGE.match(part), _NUMBER.search(part)
        if span:
            found |= set(range(int(span[1]), int(span[2]) + 1))
        elif first:
            found.add(int(first[0]))
    return found


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "offences_by_article": by_article,
    "offences_list": listed,
}
