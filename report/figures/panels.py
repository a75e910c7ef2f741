"""Small multiples: a panel for every partner, all on one scale, so that partners can be looked at side by side.

Belongs here: columns over years in panels. A panel whose figures are missing shows their marks, and is never left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition
from report.figures import chart
from report.figures.chart import Chart, described, new_figure, notes_on, sentence

ACROSS, PANEL_HEIGHT, MOST = 3, 190, 12


def partner_panels(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Every partner's count over the years of the edition; nothing where there are too many partners to see."""
    measure = spec.get("measure", edition.main_measure(spec["dataset"]))
    figures = {
        partner: [
            edition.figure(spec["dataset"], area=partner, period=year, measure=measure)
            for year in edition.years
        ]
        for partner in edition.partners
    }
    every = [figure for row in figures.values() for figure in row]
    if not any(figure.value for figure in every) or len(figures) > MOST:
        return None
    years = [edition.shown_year(year) for year in edition.years]
    names = list(edition.partners.values())
    drawn = _draw(list(figures.values()), names, years, unit=spec["unit"], top=chart.highest(every))
    rows = tuple(
        (name, *(figure.shown for figure in row)) for name, row in zip(names, figures.values(), strict=True)
    )
    reading = "; ".join(
        f"{name}: {described(years, row)}" for name, row in zip(names, figures.values(), strict=True)
    )
    return Chart(
        spec["name"],
        drawn,
        (say("Partner"), *years),
        rows,
        chart.caption_of(edition, spec, every),
        sentence(
            say("Column charts of {shows}, one for each partner, on one scale", shows=spec["shows"]),
            reading,
            notes_on(every),
        ),
        chart.takeaway(edition, spec),
    )


def _draw(figures: list[list[Any]], names: list[str], years: list[str], *, unit: str, top: float) -> Any:
    from plotly.subplots import make_subplots

    down = math.ceil(len(names) / ACROSS)
    panels = make_subplots(
        rows=down,
        cols=ACROSS,
        shared_yaxes="all",
        subplot_titles=names,
        horizontal_spacing=0.04,
        vertical_spacing=0.2 / max(1, down - 0.5),
        y_title=unit,
    )
    drawn = new_figure(height=60 + PANEL_HEIGHT * down, showlegend=False, barmode="overlay")
    drawn.update_layout({**panels.layout.to_plotly_json(), "template": drawn.layout.template})
    for number, row in enumerate(figures):
        place = {"xaxis": f"x{number + 1}", "yaxis": f"y{number + 1}"} if number else {}
        drawn.add_trace(_columns(row, years, place))
        gaps = chart.missing(years, row, top=top, **place)
        if gaps is not None:
            drawn.add_trace(gaps)
    drawn.update_xaxes(type="category", categoryorder="array", categoryarray=years)
    drawn.update_yaxes(range=[0, round(top * 1.22, 3)])
    drawn.update_layout(margin={"t": 32, "l": 64, "b": 40, "r": 16})
    return drawn


def _columns(row: list[Any], years: list[str], place: Mapping[str, str]) -> Any:
    import plotly.graph_objects as go

    return go.Bar(
        x=years,
        y=[figure.value for figure in row],
        text=[figure.marked if figure.value is not None else "" for figure in row],
        customdata=[figure.shown for figure in row],
        hovertemplate="%{x}: %{customdata}<extra></extra>",
        textposition="outside",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        textfont={"size": 12},
        marker={"color": [theme.YEARS[1]] * (len(years) - 1) + [theme.YEARS[-1]]},
        **place,
    )
