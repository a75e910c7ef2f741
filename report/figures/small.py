"""Small charts: a region's main count over the years, for the brief.

Belongs here: columns without an axis, each with its figure above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition
from report.figures.chart import Chart, caption_of, described, new_figure, notes_on, sentence

WIDTH, HEIGHT = 330, 300
# Room above the highest column for its figure.
HEADROOM = 1.18


def totals(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's main count of a dataset, a column for each year, the edition's year in the dark colour."""
    import plotly.graph_objects as go

    measure = edition.main_measure(spec["dataset"])
    figures = [
        edition.figure(spec["dataset"], area=edition.area, period=year, measure=measure)
        for year in edition.years
    ]
    if not any(figure.value for figure in figures):
        return None
    years = [edition.shown_year(year) for year in edition.years]
    drawn = new_figure(width=WIDTH, height=HEIGHT, showlegend=False)
    drawn.add_trace(
        go.Bar(
            x=years,
            y=[figure.value or 0 for figure in figures],
            text=[figure.marked for figure in figures],
            customdata=[figure.shown for figure in figures],
            hovertemplate="%{x}: %{customdata}<extra></extra>",
            textposition="outside",
            textangle=0,
            constraintext="none",
            cliponaxis=False,
            marker={"color": [theme.YEARS[1]] * (len(years) - 1) + [theme.YEARS[-1]]},
        )
    )
    drawn.update_layout(
        xaxis={"type": "category"},
        yaxis={
            "visible": False,
            "range": [0, HEADROOM * max(figure.value or 0 for figure in figures)],
        },
        margin={"l": 8, "r": 8, "t": 8, "b": 28},
        font={"size": 15},
    )
    rows = tuple((year, figure.shown) for year, figure in zip(years, figures, strict=True))
    reading = described(years, figures)
    alt = sentence(say("Column chart of {shows}", shows=spec["shows"]), reading, notes_on(figures))
    return Chart(
        spec["name"], drawn, (spec["category"], spec["unit"]), rows, caption_of(edition, spec, figures), alt
    )
