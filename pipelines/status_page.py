"""The status of a year as one HTML page: no scripts, no requests, readable on narrow screens, on paper and aloud.

Belongs here: markup and style. What is shown is `status.py`; the same for a terminal is `status_text.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from pipelines.status import (
    PartnerStatus,
    Status,
    Submission,
    date_in_words,
    legend,
    outcome_in_words,
    summary,
)

_STYLE = """
:root{color-scheme:light dark;--ink:#1b2430;--paper:#fff;--rule:#c5ced9;--wash:#f1f4f8;--head:#0b2e59;
--bad:#9d1c1c;--late:#7a4a00;--wait:#0b4f8a;--good:#1c5a34}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf4;--paper:#12171e;--rule:#46505d;--wash:#1c232d;--head:#c9dcf7;
--bad:#ffb0a8;--late:#ffcf8a;--wait:#9fd0ff;--good:#a5e0bb}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 3rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,"Segoe UI","Noto Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
h1,h2,caption{color:var(--head)}
.scroll{overflow-x:auto;margin:1.2rem 0}
.scroll:focus-visible{outline:3px solid var(--wait);outline-offset:2px}
table{border-collapse:collapse;width:100%;min-width:44rem}
caption{text-align:left;font-weight:700;padding:.3rem 0}
th,td{padding:.45rem .7rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
thead th{background:var(--wash)}
tbody th{min-width:8rem}td.date{white-space:nowrap}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper)}
thead th:first-child{background:var(--wash)}
td.number,td.date{font-variant-numeric:tabular-nums}
.mark{font-weight:700}.mark.bad{color:var(--bad)}.mark.late{color:var(--late)}.mark.wait{color:var(--wait)}
.mark.good{color:var(--good)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0}
dt{font-weight:700}dd{margin:0}
.note{font-size:.9rem;max-width:72ch}
@media print{body{max-width:none}.scroll{overflow:visible}table{min-width:0}}
"""
_KINDS = {
    "rejected": "bad",
    "missing": "bad",
    "pending": "wait",
    "withdrawn": "bad",
    "unchecked": "wait",
    "in_inbox": "wait",
    "reported": "good",
    "partial": "good",
    "nil": "good",
}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{deadline} {summary}</p>
{table}
{to_do}
<h2>What the words mean</h2>
<dl>
{legend}
</dl>
{footnotes}
</main>
</body>
</html>
"""


def to_html(status: Status) -> str:
    """The whole page."""
    title = f"{status.name}: returns for {status.reference_year}"
    deadline = (
        f"Deadline: {date_in_words(status.deadline)}, UTC." if status.deadline else "No deadline is set."
    )
    words = [f"<dt>{_words(word)}</dt><dd>{escape(text)}</dd>" for word, text in legend(status).items()]
    return _PAGE.format(
        title=escape(title),
        style=_STYLE,
        deadline=escape(deadline),
        summary=escape(summary(status)),
        table=_table(status),
        to_do=_to_do(status),
        legend="\n".join(words),
        footnotes="\n".join(f'<p class="note">{escape(note)}</p>' for note in status.footnotes),
    )


def _words(state: str) -> str:
    return escape(state.replace("_", " "))


def _mark(state: str, kind: str) -> str:
    return f'<span class="mark {kind}">{_words(state)}</span>' if kind else _words(state)


def _table(status: Status) -> str:
    """Partners by datasets; wide tables scroll in their own region, also by keyboard."""
    heads = ("Partner", "Received", "Counting submission", *status.datasets.values(), "Open warnings")
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = "\n".join(_row(partner) for partner in status.partners)
    return (
        '<div class="scroll" role="region" aria-labelledby="by-partner" tabindex="0">\n<table>\n'
        '<caption id="by-partner">Returns by partner and dataset</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )


def _row(partner: PartnerStatus) -> str:
    received = "none" if partner.received_at is None else escape(partner.received_at[:10])
    if partner.late:
        received += f" {_mark('late', 'late')}"
    number = "none" if partner.submission is None else str(partner.submission)
    states = "".join(
        f"<td>{_mark(own.state, _KINDS.get(own.state, ''))}</td>" for own in partner.datasets.values()
    )
    return (
        f'<tr><th scope="row">{escape(partner.name)}</th>'
        f'<td class="date">{received}</td><td class="number">{number}</td>'
        f'{states}<td class="number">{partner.open_warnings}</td></tr>'
    )


def _to_do(status: Status) -> str:
    """What was handed over and does not count, with the codes of its errors."""
    items = [
        _item(partner.name, entry)
        for partner in status.partners
        for entry in partner.submissions
        if entry.outcome != "accepted"
    ]
    items += [_item("Partner or year unknown", entry) for entry in status.unidentified]
    return _section("What does not count", items) if items else ""


def _section(title: str, items: Iterable[str]) -> str:
    return f"<h2>{escape(title)}</h2>\n<ul>\n" + "\n".join(items) + "\n</ul>"


def _item(who: str, entry: Submission) -> str:
    number = "" if entry.submission is None else f", submission {entry.submission}"
    name = "" if entry.name is None else f" ({entry.name})"
    codes = f": {', '.join(entry.codes)}" if entry.codes else ""
    return f"<li>{escape(who + number)}, {escape(outcome_in_words(entry) + name + codes)}</li>"
