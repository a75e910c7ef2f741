"""Reads the data that a chart is drawn from.

Belongs here: plotly's JSON, whose traces and annotations name the keys of what they draw. Numbers without a key are
positions only: an outline of the region's map, a running number. The drawing itself is read in `release_drawings.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.release_charts import ChartFiles
from pipelines.release_findings import NO_KEY, OTHER_VALUE, UNKNOWN_KEY, Notes
from pipelines.release_words import is_number, quoted, words_of

STYLES = frozenset({
    "arrayminus", "bargap", "bargroupgap", "b", "height", "l", "opacity", "r",
    "scaleratio", "size", "t", "thickness", "ticklen", "width", "x", "xgap",
    "xshift", "y", "ygap", "yshift", "zmax", "zmin", "textangle", "tickangle",
    "linewidth", "colorway", "range", "domain", "solidity", "ticklabelstandoff",
    "x0", "x1", "y0", "y1",
})  # fmt: skip
# Names of axes and panels, of which a number is a part.
PLACES = frozenset({"anchor", "matches", "xaxis", "yaxis", "xref", "yref"})
AXES = ("x", "y", "z")
_TAG = re.compile(r"<br\s*/?>")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])- (?=[^\W\d_])")
_FILLED = re.compile(r"%\{[^}]*\}")


def check_plot(chart: ChartFiles, notes: Notes) -> None:
    """Every number in a chart's own data is a published figure with its key, or a position."""
    layout = chart.specification["layout"]
    for number, trace in enumerate(chart.specification["data"], start=1):
        _trace(f"trace {number}", trace, chart, notes)
    for annotation in layout.get("annotations", ()):
        notes.cell(
            f"annotation {quoted(_plain(annotation['text']))}",
            _plain(annotation["text"]),
            annotation.get("name", ""),
        )
    _positions(chart, notes)
    rest = {key: value for key, value in layout.items() if key != "annotations"}
    _rest("layout", rest, chart, notes)


def _trace(place: str, trace: Mapping[str, Any], chart: ChartFiles, notes: Notes) -> None:
    meta = trace.get("meta", {})
    keys = meta.get("keys")
    for name in ("customdata", "text"):
        for shown, key in _pairs(trace.get(name), keys):
            if str(shown):
                notes.cell(f"{place}, {name}", _plain(str(shown)), key or "")
    drawn = [name for name in AXES if name in trace and _is_numeric(trace[name])]
    for name in drawn:
        if meta.get("missing"):
            _missing(f"{place}, {name}", trace[name], keys, notes)
            continue
        if keys is None:
            known = _is_position(trace[name], chart) or _is_outline(trace, name, notes)
            notes.same(f"{place}, {name}", known, True, NO_KEY)
            continue
        for value, key in _pairs(trace[name], keys):
            _value(f"{place}, {name}", value, str(key).split()[0] if key else "", notes)
    for error in ("error_x", "error_y"):
        if error in trace:
            _interval(f"{place}, {error}", trace[error], keys, notes)
    apart = {"meta", "customdata", "text", "error_x", "error_y", *drawn}
    _rest(place, {name: value for name, value in trace.items() if name not in apart}, chart, notes)


def _pairs(values: Any, keys: Any) -> Iterator[tuple[Any, str | None]]:
    """The leaves of nested lists, with the key in the same place."""
    if isinstance(values, list):
        of_keys = keys if isinstance(keys, list) else [keys] * len(values)
        if len(of_keys) != len(values):
            of_keys = [None] * len(values)
        for value, key in zip(values, of_keys, strict=True):
            yield from _pairs(value, key)
    elif values is not None:
        yield values, next(leaves(keys), None) if isinstance(keys, list) else keys


def leaves(value: Any) -> Iterator[Any]:
    """What nested lists hold, in order."""
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def _is_numeric(values: Any) -> bool:
    return isinstance(values, str) or any(isinstance(leaf, int | float) for leaf in leaves(values))


def _value(place: str, drawn: Any, key: str, notes: Notes) -> None:
    """A drawn number is the value under its key; where there is none, nothing is drawn, which is 0."""
    known = notes.release.value(key) if key else None
    if key and known is None:
        notes.finding(place, UNKNOWN_KEY)
    elif float(drawn) != (float(known.text) if known and known.text else 0.0):
        notes.finding(place, OTHER_VALUE if key else NO_KEY)


def _missing(place: str, lengths: Any, keys: Any, notes: Notes) -> None:
    """Surfaces of one length stand where figures are missing, and nowhere else."""
    pairs = [(length, key) for length, key in _pairs(lengths, keys) if length is not None]
    notes.same(place, len({length for length, _ in pairs}) <= 1, True, OTHER_VALUE)
    for _, key in pairs:
        known = notes.release.value(key.split()[0]) if key else None
        notes.same(place, known is not None and not known.text, True, OTHER_VALUE)


def _interval(place: str, error: Mapping[str, Any], keys: Any, notes: Notes) -> None:
    """The bars of an interval reach from the value to its ends: the first key, and the two after it."""
    for side, end in (("arrayminus", 1), ("array", 2)):
        for reach, of_point in zip(error.get(side, ()), keys or (), strict=False):
            values = [notes.release.value(key) for key in (of_point[0], of_point[end])]
            numbers = [float(value.text) for value in values if value and value.text]
            agrees = len(numbers) == 2 and abs(abs(numbers[1] - numbers[0]) - reach) < 1e-9
            notes.same(place, agrees, True, OTHER_VALUE)


def _is_position(values: Any, chart: ChartFiles) -> bool:
    """Whether numbers are a running number, or tell apart what the cells of the chart's table tell apart in words."""
    if values == list(range(len(values))):
        return True
    shown = [row[1:] for row in chart.rows[1:]]
    if not isinstance(values, list) or [len(row) for row in shown] != [
        len(row) if isinstance(row, list) else 0 for row in values
    ]:
        return False
    told = set(zip(leaves(values), leaves(shown), strict=True))
    return len(told) == len({number for number, _ in told}) == len({word for _, word in told})


def _is_outline(trace: Mapping[str, Any], name: str, notes: Notes) -> bool:
    """Whether numbers are coordinates of an outline of the region's map."""
    region, root = notes.release.region, notes.release.catalog.root
    if trace.get("fill") != "toself" or region.geometry is None:
        return False
    known = set(re.findall(r"-?\d+(?:\.\d+)?", (root / region.geometry).read_text(encoding="utf-8")))
    floats = {float(number) for number in known}
    return all(float(value) in floats for value in leaves(trace[name]))


def _positions(chart: ChartFiles, notes: Notes) -> None:
    """An annotation stands at a running number, at its own value, or on top of the columns that are stacked there."""
    traces = chart.specification["data"]
    if any(trace.get("fill") == "toself" for trace in traces):
        return
    counted = [trace for trace in traces if not trace.get("meta", {}).get("missing")]
    numeric = [trace[name] for trace in counted for name in AXES[:2] if _is_numeric(trace.get(name, []))]
    tops = {sum(float(v or 0) for v in column) for column in zip(*numeric, strict=False)}
    count = max((len(values) for values in (*numeric, *chart.rows, chart.rows)), default=0)
    for annotation in chart.specification["layout"].get("annotations", ()):
        if not any(is_number(word) for word in words_of(_plain(annotation["text"]))):
            continue
        known = [notes.release.value(key) for key in annotation.get("name", "").split()]
        own = {float(value.text or 0) for value in known if value}
        for at in (annotation.get("x"), annotation.get("y")):
            allowed = isinstance(at, str) or at is None or at in tops | own | set(range(count))
            notes.same(
                f"annotation {quoted(_plain(annotation['text']))}",
                allowed,
                True,
                "stands at no position of the chart",
            )


def _rest(place: str, value: Any, chart: ChartFiles, notes: Notes, name: str = "") -> None:
    """Texts are labels of the chart's table or stand in a source; numbers are sizes and places of the style."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            _rest(place, item, chart, notes, key)
    elif isinstance(value, list):
        for item in value:
            _rest(place, item, chart, notes, name)
    elif isinstance(value, str) and name not in PLACES:
        text = _FILLED.sub("", _plain(value)).strip()
        if not text.startswith("#") and not any(part in chart.labels for part in _shortened(text)):
            notes.text(f"{place}, {name}", text)
    elif isinstance(value, int | float) and not isinstance(value, bool) and name not in STYLES | {"tickvals"}:
        notes.finding(f"{place}, {name}", NO_KEY)


def _shortened(text: str) -> tuple[str, ...]:
    """A text as it is, without what a hover text adds to a label, and with hyphenated words in one."""
    return text, text.removesuffix(":").strip(), _HYPHENATED.sub("", text)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", _TAG.sub(" ", text)).split())
