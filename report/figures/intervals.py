"""Estimates with their intervals: rates per inhabitant.

Belongs here: a dot and a line for what chance allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from report import theme
from report.edition import Edition
from report.figures.chart import Chart, caption_of, new_figure, sentence

ROW_HEIGHT = 36


def rates(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Rates per 100,000 inhabitants of one dataset with exact Poisson intervals."""
    import plotly.graph_objects as go

    known = {
        row["ref_area"]: row
        for row in edition.rates.iter_rows(named=True)
        if row["dataset"] == spec["dataset"]
    }
    names = {**edition.partners, edition.area: edition.region_name}
    shown = [(names[area], known[area]) for area in names if area in known]
    if not shown:
        return None
    middle = [float(row["per_100k"]) for _, row in shown]
    drawn = new_figure(height=110 + ROW_HEIGHT * len(shown))
    drawn.add_trace(
        go.Scatter(
            x=middle,
            y=[name for name, _ in shown],
            mode="markers",
            marker={"color": theme.colour(0), "size": 11},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [float(row["high"]) - value for (_, row), value in zip(shown, middle, strict=True)],
                "arrayminus": [
                    value - float(row["low"]) for (_, row), value in zip(shown, middle, strict=True)
                ],
                "color": theme.GREY,
                "thickness": 2,
                "width": 6,
            },
            customdata=[
                [edition.printed("rates", row, column) for column in ("per_100k", "low", "high")]
                for _, row in shown
            ],
            hovertemplate="%{y}: %{customdata[0]}<extra></extra>",
        )
    )
    drawn.update_layout(
        xaxis={"title": {"text": spec["unit"]}, "showgrid": True, "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category"},
        margin={"t": 16},
    )
    years = {row["population_year"]: edition.printed("rates", row, "population_year") for _, row in shown}
    rows = tuple(
        (
            name,
            edition.printed("rates", row, "value", row["value"].removesuffix(".0")),
            *(
                edition.printed("rates", row, column)
                for column in ("per_100k", "low", "high", "population_year")
            ),
            row["reliability"],
        )
        for name, row in shown
    )
    header = ("Area", "Count", "Per 100,000", "Lower", "Upper", "Population of", "Reliability")
    low = (
        "Rates on fewer than twenty events are of low reliability"
        if any(r["reliability"] for _, r in shown)
        else ""
    )
    caption = sentence(
        caption_of(edition, spec, []),
        f"Population of {', '.join(years[year] for year in sorted(years))}",
        low,
    )
    readings = ", ".join(f"{name} {edition.printed('rates', row, 'per_100k')}" for name, row in shown)
    return Chart(
        spec["name"],
        drawn,
        header,
        rows,
        caption,
        sentence(f"Dots with intervals of {spec['shows']}", readings),
    )
