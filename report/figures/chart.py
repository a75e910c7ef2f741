"""What every chart is: a figure, the numbers beneath it, its caption and its description in words.

Belongs here: the shape of a chart and what kinds of charts share. One kind of chart a module, beside this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data_contracts.messages import decimal_sign, later, say
from report import theme
from report.edition import Edition, Figure

if TYPE_CHECKING:
    import plotly.graph_objects as go


ROUNDED = ("~", later("rounded at random to a multiple of five, or a sum with such figures in it"))
NOTES = {
    "at_least": ("≥", later("at least")),
    "break": ("b", later("break in the series")),
    "low_reliability": ("u", later("of low reliability")),
    "provisional": ("p", later("provisional")),
    "partial": ("i", later("partial coverage")),
    "revised": ("r", later("revised")),
}
STATES = {
    "O": ("[x]", later("not available")),
    "M": ("[z]", later("not applicable")),
    "L": ("[n]", later("no return")),
    "Q": ("[c]", later("suppressed")),
}
NO_VALUE = "no_value"
# How high the surface of a missing figure is, and how much room a figure above a column needs, of the highest column.
STUB, HEADROOM = 0.06, 1.16


@dataclass(frozen=True)
class Chart:
    """A chart as it is published.

    `header` and `rows` are the CSV and the table beneath it, `title` what a claim says of it.
    """

    name: str
    figure: go.Figure
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    caption: str
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Series:
    """One series of a chart: its label, a figure per category, its place, a shade of its own."""

    label: str
    figures: tuple[Figure, ...]
    position: int
    shade: str = ""

    @property
    def marker(self) -> dict[str, Any]:
        """Colour and pattern; years differ in lightness and need no pattern."""
        if self.shade:
            return {"color": self.shade}
        return {"color": theme.colour(self.position), "pattern": theme.pattern(self.position)}

    @property
    def empty(self) -> bool:
        """Whether no figure of the series has a value."""
        return all(figure.value is None for figure in self.figures)


def new_figure(**layout: Any) -> go.Figure:
    """An empty figure in the report's look."""
    import plotly.graph_objects as go

    sign = decimal_sign()
    separators = {} if sign == "." else {"separators": f"{sign} "}
    return go.Figure(layout={"template": theme.template(), **separators, **layout})


def rows_of(categories: Sequence[str], series: Iterable[Series]) -> tuple[tuple[object, ...], ...]:
    """The table beneath a chart: one row per category, each figure as it is shown."""
    known = list(series)
    return tuple(
        (category, *(one.figures[n].shown for one in known)) for n, category in enumerate(categories)
    )


def reporting_note(figures: Iterable[Figure]) -> str:
    """Which partners stand behind regional figures, for a caption."""
    told = {
        figure.reporting: figure.behind for figure in figures if figure.reporting and figure.value is not None
    }
    if not told:
        return ""
    fewest = min(told, key=lambda text: int(text.split(" ")[0]))
    if len(told) == 1:
        return say("{number} partners reporting", number=told[fewest])
    return say("At least {number} partners reporting", number=told[fewest])


def notes_on(figures: Iterable[Figure]) -> str:
    """What the marks in a chart mean, only those that occur."""
    shown = list(figures)
    notes = {note for figure in shown if figure.value is not None for note in figure.notes}
    states = {figure.status for figure in shown if figure.value is None}
    rounded = any(figure.rounded and figure.value is not None for figure in shown)
    told = [ROUNDED] if rounded else []
    told += [explained for note, explained in NOTES.items() if note in notes]
    told += [explained for status, explained in STATES.items() if status in states]
    return "; ".join(f"{mark} {say(text)}" for mark, text in told)


def takeaway(edition: Edition, spec: Mapping[str, Any]) -> str:
    """What the claim on a chart's series says; nothing where the chart has none, or nothing is to be said."""
    name = f"{spec.get('claim', '')}.{edition.year}.previous_year"
    row = next((row for row in edition.claims.iter_rows(named=True) if row["claim"] == name), None)
    if row is None or row["wording_key"] == NO_VALUE:
        return ""
    return f"{row['label']}: {edition.printed('claims', row, 'wording')}"


def sentence(*parts: str) -> str:
    """Parts as sentences of one paragraph, empty ones left out."""
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def caption_of(edition: Edition, spec: Mapping[str, Any], figures: Iterable[Figure]) -> str:
    """A caption: what, where and when, who stands behind it, and the marks."""
    known = list(figures)
    notes = notes_on(known)
    return sentence(
        head_of(edition, spec), reporting_note(known), say("Marks: {marks}", marks=notes) if notes else ""
    )


def head_of(edition: Edition, spec: Mapping[str, Any]) -> str:
    """What, where and when a chart shows."""
    return str(spec["caption"]).format(
        region=edition.region_name,
        year=edition.shown_year(edition.year),
        first=edition.shown_year(edition.years[0]),
        recent=edition.shown_year(edition.recent_years[0]),
    )


def described(labels: Sequence[str], figures: Sequence[Figure]) -> str:
    """Figures in words: label and value, as shown."""
    return ", ".join(f"{label} {figure.shown}" for label, figure in zip(labels, figures, strict=True))


def highest(figures: Iterable[Figure]) -> float:
    """The highest value of some figures, at least one, so that a scale has a length."""
    return max([1.0, *(figure.value for figure in figures if figure.value is not None)])


def missing(
    places: Sequence[str], figures: Sequence[Figure], *, top: float, group: str = "", **trace: Any
) -> Any:
    """Where figures are missing a low hatched surface with the mark of the kind of no value; nothing if none is."""
    import plotly.graph_objects as go

    if all(figure.value is not None for figure in figures):
        return None
    lengths = [round(top * STUB, 3) if figure.value is None else None for figure in figures]
    sideways = trace.get("orientation") == "h"
    return go.Bar(
        {
            **trace,
            "x": lengths if sideways else places,
            "y": places if sideways else lengths,
            "text": [figure.shown if figure.value is None else "" for figure in figures],
            "textposition": "outside",
            "textangle": 0,
            "cliponaxis": False,
            "constraintext": "none",
            "textfont": {"size": 12, "color": theme.GREY},
            "marker": theme.hatched(),
            "offsetgroup": group or None,
            "showlegend": False,
            "hoverinfo": "skip",
            "meta": {"missing": True},
        }
    )
