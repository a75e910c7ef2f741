"""Small bar charts for the Dagster UI, written by hand: a table's shape at a glance.

Belongs here: a handful of bars as SVG. The report's own charts are in `report/figures/`. The UI strips inline
`<svg>`, so that a chart goes in as an image with a data URI; markdown of 1,000 characters or more it hides behind a
link, hence the terse SVG and the limit on bars.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import dagster as dg

from report.theme import INK, colour

SHOWN_INLINE = 1000
MOST_BARS, MOST_LETTERS = 6, 22
ROW, BAR, LETTER = 22, 240, 7.6


def bars(title: str, counts: Mapping[str, float]) -> dg.MetadataValue:
    """A bar per entry under a title, as many as can be shown, at most six; label and value stand before each."""
    shown = [(_fitting(label), value) for label, value in list(counts.items())[:MOST_BARS]]
    chart = _chart(title, shown)
    while len(chart) >= SHOWN_INLINE and shown:
        shown.pop()
        chart = _chart(title, shown)
    return dg.MetadataValue.md(chart)


def _chart(title: str, shown: Sequence[tuple[str, float]]) -> str:
    """The chart as markdown; values are in its alternative text too where they find room."""
    labels = [f"{label}: {value:,.10g}" for label, value in shown]
    uri = "data:image/svg+xml;base64," + base64.b64encode(_svg(title, shown, labels).encode()).decode()
    in_full = image(f"{title}: {'; '.join(labels)}", uri)
    return in_full if len(in_full) < SHOWN_INLINE else image(title, uri)


def _svg(title: str, shown: Sequence[tuple[str, float]], labels: Sequence[str]) -> str:
    left = round(LETTER * max((len(label) for label in labels), default=0)) + 12
    width = max(left + BAR + 16, round(LETTER * len(title)) + 16)
    largest = max([value for _, value in shown] + [1e-9])
    lines = [40 + ROW * number for number in range(len(shown))]
    lengths = [max(1, round(BAR * value / largest)) for _, value in shown]
    texts = [f'<text y="{y + 4}">{escape(label)}</text>' for y, label in zip(lines, labels, strict=True)]
    path = "".join(f"M6 {y}h{length}" for y, length in zip(lines, lengths, strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{44 + ROW * len(shown)}" fill="{INK}" '
        f'style="background:#fff;font:13px sans-serif"><text x="8" y="20" font-weight="bold">{escape(title)}</text>'
        f'<g text-anchor="end" transform="translate({left})">{"".join(texts)}'
        f'<path d="{path}" stroke="{colour(0)}" stroke-width="14"/></g></svg>'
    )


def image(words: str, uri: str) -> str:
    """An image from a data URI as markdown, with its alternative text."""
    return f"![{words.translate(str.maketrans('', '', '[]'))}]({uri})"


def _fitting(label: str) -> str:
    return label if len(label) <= MOST_LETTERS else f"{label[:8]}…{label[9 - MOST_LETTERS :]}"
