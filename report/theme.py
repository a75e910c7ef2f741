"""The one look of all charts: fonts, colours with their dark variants, patterns, grid, margins.

Belongs here: what every figure shares. A colour is a role with a value on paper and one on a dark screen; drawings
are made for paper, and `screen_rules` turns them dark where they are shown. Colours of series are told apart with all
kinds of colour vision (a test simulates them), and series that lie beside one another differ in their pattern too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

FONT = "Noto Sans"
# Role: on paper, on a dark screen. No two roles share a colour on paper, for it is how a drawing names the role.
COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#18202a"),
    "ink": ("#1d2733", "#e4e9ef"),
    "grey": ("#5b6770", "#a3afbb"),
    "axis": ("#9aa5b1", "#5d6b79"),
    "grid": ("#e3e7eb", "#2b3540"),
    "outline": ("#fdfdfd", "#161d27"),
    "on_step": ("#fefefe", "#0d141c"),
    "missing": ("#f1f3f5", "#1f2832"),
    "missing_line": ("#a9b4bf", "#5a6876"),
    "pattern": ("#fbfbfb", "#161d28"),
    "series_1": ("#0b4a94", "#6cbffd"),
    "series_2": ("#d9571f", "#c6531a"),
    "series_3": ("#12a377", "#208363"),
    "series_4": ("#6f264d", "#a256a0"),
    "series_5": ("#8690a5", "#dbe1eb"),
    "series_6": ("#54431d", "#ebd134"),
    "year_1": ("#b7c9dc", "#35506b"),
    "year_2": ("#6f9cc4", "#5b8dbb"),
    "year_3": ("#0b4f8a", "#a9d4fb"),
    "step_0": ("#f3f6f9", "#1c2530"),
    "step_1": ("#dce8f3", "#22364a"),
    "step_2": ("#a9c8e2", "#2f5578"),
    "step_3": ("#6ba0cd", "#38688f"),
    "step_4": ("#2f75ae", "#83b6e3"),
    "step_5": ("#083a66", "#c4e1fb"),
    "good": ("#cfe5d8", "#1f4a35"),
    "part": ("#f3e3b8", "#574714"),
    "nothing": ("#dce7f2", "#243a50"),
    "unknown": ("#e6e6e6", "#333a42"),
    "not_there": ("#f2f2f2", "#262d35"),
    "absent": ("#f3cfc6", "#5e2a20"),
}
SERIES = tuple(f"series_{number}" for number in range(1, 7))
YEARS = tuple(COLOURS[f"year_{number}"][0] for number in (1, 2, 3))
STEPS = tuple(f"step_{number}" for number in range(6))
# How the surfaces of neighbouring series differ where colours are not seen.
PATTERNS = ("", "/", ".", "x", "\\", "-")
LIGHT, DARK = 0, 1
# Where the web edition shows drawings: as they are released, and as its script draws them.
DRAWINGS = ":is(.static,.drawn)"


def paint(role: str) -> str:
    """The colour of a role on paper."""
    return COLOURS[role][LIGHT]


GREY, INK = paint("grey"), paint("ink")


def template() -> Any:
    """The plotly template of the report."""
    import plotly.graph_objects as go

    axis = {
        "gridcolor": paint("grid"),
        "linecolor": paint("axis"),
        "zeroline": False,
        "ticks": "",
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 14, "color": INK},
            "colorway": [paint(role) for role in SERIES],
            "paper_bgcolor": paint("paper"),
            "plot_bgcolor": paint("paper"),
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
    return paint(SERIES[position % len(SERIES)])


def pattern(position: int) -> dict[str, Any]:
    """The pattern of the series at a position, for a marker; a series beyond the colours has another than its twin."""
    turn = position // len(SERIES)
    shape = PATTERNS[(position + turn) % len(PATTERNS)]
    return {"shape": shape, "fgcolor": paint("pattern"), "size": 8, "solidity": 0.14, "fillmode": "overlay"}


def hatched() -> dict[str, Any]:
    """The marker of what is missing: a light surface with stripes, whatever the series."""
    stripes = {"shape": "/", "fgcolor": paint("missing_line"), "bgcolor": paint("missing"), "size": 6}
    return {"color": paint("missing"), "pattern": {**stripes, "solidity": 0.2}}


def year_colour(position: int, count: int) -> str:
    """The colour of a year among `count`, the last one the darkest."""
    return YEARS[len(YEARS) - count + position]


def step(value: float, highest: float) -> str:
    """The role of the step of a count among counts of which the highest is known; 0 has a step of its own."""
    return STEPS[0] if not value else STEPS[1 + min(4, int(value / (highest + 1) * 5))]


def on_step(role: str) -> str:
    """The colour of text on a step."""
    return paint("on_step" if role in STEPS[4:] else "ink")


def screen_rules(scope: str) -> str:
    """The style rules by which drawings within a scope follow the colour scheme, however they were made.

    `python -m report.theme` prints those of the web edition, which are kept in `rendering/assets/charts.css`.
    """
    return "\n".join(
        f'{scope} :is([style*="{name}: {_rgb(paper)}"],[style*="{name}:{paper}"],[{name}="{_rgb(paper)}"])'
        f"{{{name}:light-dark({paper},{screen})!important}}"
        for paper, screen in COLOURS.values()
        for name in ("fill", "stroke")
    )


def darkened(drawing: str) -> str:
    """A drawing for dark screens that stands by itself."""
    for paper, screen in COLOURS.values():
        drawing = drawing.replace(_rgb(paper), _rgb(screen))
    return drawing


def _rgb(colour: str) -> str:
    """A colour as drawings write it."""
    return "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


if __name__ == "__main__":
    sys.stdout.write(screen_rules(DRAWINGS))
