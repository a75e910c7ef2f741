"""What every chart is: a figure, the numbers beneath it, its caption and its description in words.

Belongs here: the shape of a chart and what kinds of charts share. One kind of chart a module, beside this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from report import theme
from report.edition import Edition, Figure
from report.tables import titled

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Chart:
    """A chart as it is published; `header` and `rows` are the CSV and the table beneath it."""

    name: str
    figure: go.Figure
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    caption: str
    alt: str


@dataclass(frozen=True)
class Series:
    """One series of a chart: its label and a figure per category."""

    label: str
    figures: tuple[Figure, ...]
    colour: str

    @property
    def empty(self) -> bool:
        """Whether no figure of the series has a value."""
        return all(figure.value is None for figure in self.figures)


def new_figure(**layout: Any) -> go.Figure:
    """An empty figure in the report's look."""
    import plotly.graph_objects as go

    return go.Figure(layout={"template": theme.template(), **layout})


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
    return (
        f"{told[fewest]} partners reporting"
        if len(told) == 1
        else f"At least {told[fewest]} partners reporting"
    )


def notes_on(figures: Iterable[Figure]) -> str:
    """What the marks in a chart mean, only those that occur."""
    shown = list(figures)
    notes = set().union(*(figure.notes for figure in shown)) if shown else set()
    told = {
        "~ rounded at random to a multiple of five, or a sum with such figures in it": any(
            f.rounded and f.value is not None for f in shown
        ),
        "≥ at least": "at_least" in notes,
        "b break in the series": "break" in notes,
        "p partial coverage": "partial" in notes,
        "[x] not available": any(f.status == "O" for f in shown),
        "[z] not applicable": any(f.status == "M" for f in shown),
        "[n] no return": any(f.status == "L" for f in shown),
        "[c] suppressed": any(f.status == "Q" for f in shown),
    }
    return "; ".join(text for text, occurs in told.items() if occurs)


def sentence(*parts: str) -> str:
    """Parts as sentences of one paragraph, empty ones left out."""
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def caption_of(edition: Edition, spec: Mapping[str, Any], figures: Iterable[Figure]) -> str:
    """A caption: what, where and when, who stands behind it, and the marks."""
    known = list(figures)
    return sentence(head_of(edition, spec), reporting_note(known), titled(notes_on(known)))


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
