"""The answer as one HTML page: no scripts, no requests, readable on a phone, on paper and aloud.

Belongs here: markup. What is shown is `answer.py`; how it looks is `answer_page.css`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from pipelines.answer import HEADINGS, Answer, Entry, Spot
from pipelines.answer_next import Step, next_steps, tally
from pipelines.answer_words import sheet_in_words

_STYLE = Path(__file__).with_name("answer_page.css")
_CODE = re.compile(r"`([^`]+)`")
_COLUMNS = ("place", "rule", "expected", "remedy")
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{verdict}: {name}</title>
<style>{style}</style>
</head>
<body>
<header class="head {kind}">
<div class="inner">
<p class="kicker">{title}</p>
<h1>{verdict}</h1>
<p class="tally">{tally}</p>
</div>
</header>
<main>
<section class="next" aria-labelledby="next">
<h2 id="next">{next}</h2>
<ul>
{steps}
</ul>
</section>
{sections}
{note}
</main>
</body>
</html>
"""


def to_html(answer: Answer, *, path: str) -> str:
    """The whole page; `path` is how the user named the return, for the commands that come next."""
    word = answer.texts.word
    return _PAGE.format(
        language=escape(answer.texts.language),
        title=escape(word("check_title").format(name=answer.name)),
        name=escape(answer.name),
        kind=answer.verdict,
        style=_STYLE.read_text(encoding="utf-8").strip(),
        verdict=escape(word(answer.verdict)),
        tally=escape(tally(answer)),
        next=escape(word("remedy")),
        steps="\n".join(map(_step, next_steps(answer, path))),
        sections="\n".join(_sections(answer)),
        note="" if answer.texts.reviewed else f'<p class="note">{escape(word("unreviewed"))}</p>',
    )


def _step(step: Step) -> str:
    """A sentence with its command, whose words are not broken at their hyphens."""
    words = "".join(f"<span>{escape(word)}</span> " for word in step.typed.split(" "))
    typed = f" <code>{words.strip()}</code>" if step.typed else ""
    return f"<li>{escape(step.sentence)}{typed}</li>"


def _sections(answer: Answer) -> Iterator[str]:
    """A section for each kind, errors first; in it a table for each sheet."""
    for kind, entries in groupby(answer.entries, key=lambda entry: entry.kind):
        heading = f"{answer.texts.word(HEADINGS[kind])}: {answer.counts[kind]}"
        tables = [
            _table(answer, sheet, list(own)) for sheet, own in groupby(entries, key=lambda entry: entry.sheet)
        ]
        yield f'<section class="{kind}">\n<h2>{escape(heading)}</h2>\n' + "\n".join(tables) + "\n</section>"


def _table(answer: Answer, sheet: str | None, entries: list[Entry]) -> str:
    """What was found on a sheet; the roles keep it a table where a narrow screen stacks its cells."""
    heads = "".join(
        f'<th scope="col" role="columnheader">{escape(answer.texts.word(name))}</th>' for name in _COLUMNS
    )
    rows = "\n".join(_row(answer, entry) for entry in entries)
    return (
        f'<table role="table">\n<caption>{escape(sheet_in_words(sheet, answer.texts))}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}\n</tbody>\n</table>'
    )


def _row(answer: Answer, entry: Entry) -> str:
    """All places with the same texts, and the texts."""
    word = answer.texts.word
    spots = "".join(f"<li>{_spot(answer, spot)}</li>" for spot in entry.spots)
    mark = f'<span class="mark">{escape(word(entry.kind))}</span> <code>{escape(entry.code)}</code><br>'
    texts = (mark + _prose(entry.rule), _prose(entry.expected), _prose(entry.remedy))
    cells = "".join(
        f'<td role="cell"><span class="label" aria-hidden="true">{escape(word(name))}</span>{text}</td>'
        for name, text in zip(_COLUMNS[1:], texts, strict=True)
    )
    return f'<tr role="row"><td role="cell" class="places"><ul>{spots}</ul></td>{cells}</tr>'


def _spot(answer: Answer, spot: Spot) -> str:
    """A place, what was seen there, and what may have been meant."""
    name = spot.address.name or ""
    where = f"<b>{escape(spot.where.removesuffix(f' {name}'))}</b> {escape(name)}".strip()
    value = (
        escape(spot.seen) if " " in spot.seen else f"<code>{escape(spot.seen)}</code>"
    )  # words, or a value
    seen = f"{escape(answer.texts.word('seen'))}: {value}" if spot.seen else ""
    return "<br>".join(filter(None, (where, seen, escape(spot.hint))))


def _prose(text: str) -> str:
    """A sentence; what stands in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))
