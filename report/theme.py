"""The one look of all charts: fonts, colours, grid, margins.

Belongs here: what every figure shares. Colours follow the order of the codes and are told apart by readers who
do not see all colours (Okabe and Ito 2008, darkened for contrast on white).
"""

from __future__ import annotations

from typing import Any

PALETTE = ("#0b4f8a", "#d1661b", "#2a8a6d", "#8a4a83", "#b9902b", "#5b6770", "#4aa3d8", "#a12a2a", "#3b3f8f")
YEARS = ("#b7c9dc", "#6f9cc4", "#0b4f8a")
GREY = "#5b6770"
INK = "#1d2733"
GRID = "#e3e7eb"
LAND = "#e9edf1"
FONT = "Noto Sans"
HEAT = ((0.0, "#f3f6f9"), (0.02, "#dce8f3"), (0.5, "#5f97c7"), (1.0, "#083a66"))


def template() -> Any:
    """The plotly template of the report."""
    import plotly.graph_objects as go

    axis = {"gridcolor": GRID, "linecolor": "#9aa5b1", "zeroline": False, "ticks": "", "automargin": True}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": INK},
            "colorway": list(PALETTE),
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "rangemode": "tozero"},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
            "margin": {"l": 56, "r": 24, "t": 56, "b": 48},
            "bargap": 0.28,
            "bargroupgap": 0.06,
            "hovermode": "closest",
            "separators": ". ",
        }
    )


def colour(position: int) -> str:
    """The colour of the series at a position."""
    return PALETTE[position % len(PALETTE)]


def year_colour(position: int, count: int) -> str:
    """The colour of a year among `count`, the last one the darkest."""
    return YEARS[len(YEARS) - count + position]
