"""A chart as it is released: its texts bare, and the keys of its numbers beside them.

Belongs here: what takes keyed text out of a chart. In the chart's own data the keys stand in `meta` of a trace (in
the form of its `customdata`, else of its `text`) and in the `name` of an annotation, where nothing is drawn from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from report.figures.chart import Chart
from report.keyed import bare, keys_of, pieces

if TYPE_CHECKING:
    import plotly.graph_objects as go


def released_figure(figure: go.Figure) -> go.Figure:
    """The figure without keys in its texts; each trace and annotation says which figures of the release it draws."""
    import plotly.graph_objects as go

    known = json.loads(figure.to_json())
    for trace in known["data"]:
        keys = _keys(trace.get("customdata", trace.get("text")))
        if keys:
            trace["meta"] = {**trace.get("meta", {}), "keys": keys}
    for annotation in known["layout"].get("annotations", ()):
        keys = keys_of(annotation["text"])
        if keys:
            annotation["name"] = " ".join(keys)
    return go.Figure(_bare(known))


def released_table(chart: Chart, form: Callable[[str], str]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a chart's table in one form: its bare texts, or in the same places their keys."""
    header, *rows = (
        [form("" if cell is None else str(cell)) for cell in row] for row in (chart.header, *chart.rows)
    )
    return header, rows


def released_words(chart: Chart) -> dict[str, Any]:
    """Title, caption and alt text as `figures/index.json` holds them."""
    texts = {"title": chart.title, "caption": chart.caption, "alt": chart.alt}
    return {name: value for key, text in texts.items() for name, value in with_keys(key, text).items()}


def with_keys(name: str, text: str) -> dict[str, Any]:
    """A text without its keys, and beside it each number with its place in the text and its key."""
    numbers = [{"at": one.at, "shown": one.text, "key": one.key} for one in pieces(text) if one.key]
    return {name: bare(text), f"{name}_numbers": numbers}


def _keys(value: Any) -> Any:
    """The keys of texts in lists, in the same places; nothing where no text has one."""
    if isinstance(value, str):
        return " ".join(keys_of(value))
    if not isinstance(value, list):
        return ""
    found = [_keys(item) for item in value]
    return found if any(found) else ""


def _bare(value: Any) -> Any:
    if isinstance(value, str):
        return bare(value)
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    return value
