"""What the test of two counts can find: how often a true rise is called.

Belongs here: curves over expected counts. Counts of the edition are drawn in `columns.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition
from report.figures.chart import Chart, head_of, new_figure, sentence

DASHES = ("solid", "dot")
Row = Mapping[str, str]


def power(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """How often a rise is called, by expected count of the year before: a line for each ratio and adjustment."""
    rows = edition.power.filter(comparison=spec["comparison"]).to_dicts()
    bases = {row["base"]: edition.printed("power", row, "base") for row in rows}
    ratios = {row["ratio"]: position for position, row in enumerate(_first(rows, "ratio"))}
    adjusted = {row["comparisons"]: number for number, row in enumerate(_first(rows, "comparisons"))}
    curves: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (adjusted[row["comparisons"]], ratios[row["ratio"]])):
        curves.setdefault(f"{row['comparisons']}|{row['ratio']}", []).append(row)
    drawn, labels = new_figure(height=460), []
    for curve in curves.values():
        dash, position = adjusted[curve[0]["comparisons"]], ratios[curve[0]["ratio"]]
        label = f"× {edition.printed('power', curve[0], 'ratio', _short(curve[0]['ratio']))}"
        labels.append(f"{label} ({spec['adjusted']})" if dash else label)
        drawn.add_trace(_line(edition, curve, labels[-1], dash=DASHES[dash], colour=theme.colour(position)))
    drawn.update_layout(
        xaxis={"title": {"text": spec["category"]}, "type": "category"},
        yaxis={"title": {"text": spec["unit"]}, "showgrid": True, "range": [0, 1.03]},
    )
    table = tuple(
        (
            shown,
            *(_percent(edition, row) for curve in curves.values() for row in curve if row["base"] == base),
        )
        for base, shown in bases.items()
    )
    return Chart(
        spec["name"],
        drawn,
        (spec["category"], *labels),
        table,
        sentence(head_of(edition, spec), *_of_how_many(edition, rows, spec)),
        sentence(say("Lines of {shows}", shows=spec["shows"]), *_told(edition, rows, spec)),
    )


def _line(edition: Edition, curve: Sequence[Row], label: str, *, dash: str, colour: str) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[edition.printed("power", row, "base") for row in curve],
        y=[float(row["probability"]) for row in curve],
        name=label,
        mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker={"size": 7},
        customdata=[_percent(edition, row) for row in curve],
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )


def _first(rows: Sequence[Row], column: str) -> list[Row]:
    """The first row of each value of a column, in the order of the file."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row[column], row)
    return list(found.values())


def _of_how_many(edition: Edition, rows: Sequence[Row], spec: Mapping[str, Any]) -> list[str]:
    """For how many comparisons the dotted lines are adjusted; nothing where there are none."""
    return [
        str(spec["note"]).format(comparisons=edition.printed("power", row, "comparisons"))
        for row in _first(rows, "comparisons")[1:]
    ]


def _told(edition: Edition, rows: Sequence[Row], spec: Mapping[str, Any]) -> list[str]:
    """One curve of each adjustment in words."""
    told = []
    for first in _first(rows, "comparisons"):
        curve = [
            row
            for row in rows
            if row["comparisons"] == first["comparisons"] and float(row["ratio"]) == spec["told"]
        ]
        number = edition.printed("power", first, "comparisons")
        ratio = edition.printed("power", curve[0], "ratio", _short(curve[0]["ratio"]))
        readings = ", ".join(
            f"{edition.printed('power', row, 'base')}: {_percent(edition, row)}" for row in curve
        )
        told.append(str(spec["reading"]).format(comparisons=number, ratio=ratio, readings=readings))
    return told


def _percent(edition: Edition, row: Row) -> str:
    shown = f"{float(row['probability']):.0%}".replace("%", " %")
    return edition.printed("power", row, "probability", shown)


def _short(ratio: str) -> str:
    return f"{float(ratio):g}"
