"""Reads the texts of a chart's drawing.

Belongs here: the SVG against the data that it is drawn from, which are read in `release_plots.py`, its ticks, and where
the drawings stand in the web page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from data_contracts.messages import undecimal
from pipelines.release_charts import ChartFiles
from pipelines.release_findings import Notes
from pipelines.release_plots import AXES, leaves
from pipelines.release_words import is_number, words_of

# Where a drawing begins and ends in the element that describes it; scripts stand behind the text of the page.
_OPENED, _CLOSED, _TEXT_ENDS = '"><svg ', "</svg></div>", "</main>"
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>|[\s\u200b]+")


def check_drawing(chart: ChartFiles, notes: Notes) -> None:
    """Every number in a drawing is one of the chart's data, or one of the evenly spaced ticks of its axis."""
    texts = (_MARKUP.sub("", text) for text in _TEXT.findall(chart.drawing))
    seen = Counter(text for text in texts if any(is_number(word) for word in words_of(text)))
    written: Counter[str] = Counter()
    for trace in chart.specification["data"]:
        written.update(_MARKUP.sub("", str(text)) for text in leaves(trace.get("text", [])) if text)
    annotations: Sequence[Mapping[str, Any]] = chart.specification["layout"].get("annotations", ())
    written.update(_MARKUP.sub("", annotation["text"]) for annotation in annotations)
    labels = {_MARKUP.sub("", text) for text in _labels(chart.specification)}
    missing = {
        text: count for text, count in (written - seen).items() if any(is_number(w) for w in words_of(text))
    }
    if chart.drawing:
        notes.same("the drawing", missing, {}, "lacks a number of the chart's data")
    left = [text for text in (seen - written).elements() if text not in labels]
    left = [undecimal(text, notes.release.language) for text in left]
    notes.same("the drawing", _are_ticks(left), True, "holds a number that is not of the chart's data")


def _labels(specification: Mapping[str, Any]) -> Iterator[str]:
    """The names of a chart's series, categories and axes."""
    for trace in specification["data"]:
        yield trace.get("name", "")
        for name in AXES[:2]:
            yield from (leaf for leaf in leaves(trace.get(name, [])) if isinstance(leaf, str))
    axes = (name for name in specification["layout"] if re.fullmatch(r"[xy]axis\d*", name))
    for axis in axes:
        own = specification["layout"][axis]
        yield own.get("title", {}).get("text", "")
        yield from own.get("ticktext", ())


def _are_ticks(texts: Sequence[str]) -> bool:
    try:
        numbers = sorted({float(text.replace("−", "-")) for text in texts})
    except ValueError:
        return False
    steps = [after - before for before, after in pairwise(numbers)]
    return not numbers or (
        numbers[0] == 0 and all(step > 0 and abs(step - steps[0]) < 1e-9 for step in steps)
    )


def without_drawings(text: str) -> tuple[list[str], str]:
    """The drawings of charts, which are compared with their files, and the page without them."""
    found, rest, at, end = [], [], 0, text.find(_TEXT_ENDS)
    while (opened := text.find(_OPENED, at, end)) >= 0:
        start = opened + len('">')
        closed = text.find(_CLOSED, start, end)
        if closed < 0:
            break
        stop = closed + len("</svg>")
        found.append(text[start:stop])
        rest.append(text[at:start])
        at = stop
    return found, "".join([*rest, text[at:]])
