"""Estimates with their intervals: rates per inhabitant, and the ratios that claims are made on.

Belongs here: a dot and a line for what chance allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.messages import decimal, name_of, say
from report import theme
from report.edition import Edition, Figure
from report.figures.chart import Chart, caption_of, missing, new_figure, sentence
from report.wrapping import wrapped

ROW_HEIGHT = 36


def rates(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Rates per 100,000 inhabitants of one dataset with exact Poisson intervals."""
    known = {
        row["ref_area"]: row
        for row in edition.rates.iter_rows(named=True)
        if row["dataset"] == spec["dataset"]
    }
    names = {**edition.partners, edition.area: edition.region_name}
    shown = [(names[area], known[area]) for area in names if area in known]
    if not shown:
        return None
    unknown = [(names[area], _count(edition, spec, area)) for area in names if area not in known]
    drawn = _dots(
        edition,
        "rates",
        shown,
        ("per_100k", "low", "high"),
        unknown=[one for one in unknown if one[1].value is None],
    )
    drawn.update_layout(
        xaxis={"title": {"text": spec["unit"]}, "showgrid": True, "rangemode": "tozero"},
        yaxis={"categoryorder": "array", "categoryarray": list(names.values())},
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
            name_of(row["reliability"]),
        )
        for name, row in shown
    )
    header = (
        *(say("Area"), say("Count"), say("Per 100,000"), say("Lower"), say("Upper")),
        *(say("Population of"), say("Reliability")),
    )
    low = (
        say("Rates on fewer than twenty events are of low reliability")
        if any(r["reliability"] for _, r in shown)
        else ""
    )
    caption = sentence(
        caption_of(edition, spec, []),
        say("Population of {years}", years=", ".join(years[year] for year in sorted(years))),
        low,
    )
    readings = ", ".join(f"{name} {edition.printed('rates', row, 'per_100k')}" for name, row in shown)
    return Chart(
        spec["name"],
        drawn,
        header,
        rows,
        caption,
        sentence(say("Dots with intervals of {shows}", shows=spec["shows"]), readings),
    )


def ratios(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """How many times as high each headline series is as the year before, with what chance leaves open."""
    tested = [
        row
        for row in edition.claims.filter(family="headline", comparison="previous_year").iter_rows(named=True)
        if row["ratio"]
    ]
    bounded = [
        (row["label"], row) for row in tested if row["ratio_high"] and float(row["ratio_low"] or 0) > 0
    ]
    if not bounded:
        return None
    drawn = _dots(edition, "claims", bounded, ("ratio", "ratio_low", "ratio_high"), unknown=[])
    ticks: Mapping[float, str] = spec["ticks"]
    drawn.update_layout(
        xaxis={
            "title": {"text": spec["unit"]},
            "type": "log",
            "showgrid": True,
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
        },
        yaxis={
            "ticktext": [wrapped(label, 30) for label, _ in bounded],
            "tickvals": [label for label, _ in bounded],
        },
        shapes=[_unchanged()],
    )
    rows = tuple(
        (
            row["label"],
            *(
                edition.printed("claims", row, name, _short(row[name]))
                for name in ("ratio", "ratio_low", "ratio_high")
            ),
            name_of(row["wording_key"]),
        )
        for row in tested
    )
    readings = "; ".join(
        f"{row['label']} {edition.printed('claims', row, 'ratio', _short(row['ratio']))}" for row in tested
    )
    header = (
        *(say("Series"), say("Ratio to the year before"), say("Lower"), say("Upper")),
        say("What may be said"),
    )
    alt = sentence(say("Dots with intervals of {shows}", shows=spec["shows"]), readings)
    return Chart(spec["name"], drawn, header, rows, caption_of(edition, spec, []), alt)


def _short(number: str) -> str:
    return decimal(f"{float(number):.2f}") if number else "∞"


def _unchanged() -> dict[str, Any]:
    """A line where nothing has changed."""
    line = {"color": theme.GREY, "width": 1.5, "dash": "dot"}
    return {
        "type": "line",
        "yref": "paper",
        "x0": 1,
        "x1": 1,
        "y0": 0,
        "y1": 1,
        "line": line,
        "layer": "below",
    }


def _count(edition: Edition, spec: Mapping[str, Any], area: str) -> Figure:
    measure = edition.main_measure(spec["dataset"])
    return edition.figure(spec["dataset"], area=area, period=edition.year, measure=measure)


def _dots(
    edition: Edition,
    table: str,
    shown: Sequence[tuple[str, Mapping[str, str]]],
    columns: tuple[str, str, str],
    *,
    unknown: Sequence[tuple[str, Figure]],
) -> Any:
    """A dot at the first column and a line from the second to the third; a mark where a figure is missing."""
    import plotly.graph_objects as go

    middle, low, high = ([float(row[name]) for _, row in shown] for name in columns)
    drawn = new_figure(height=120 + ROW_HEIGHT * (len(shown) + len(unknown)), showlegend=False)
    drawn.add_trace(
        go.Scatter(
            x=middle,
            y=[name for name, _ in shown],
            mode="markers",
            marker={"color": theme.colour(0), "size": 11},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [end - value for end, value in zip(high, middle, strict=True)],
                "arrayminus": [value - end for end, value in zip(low, middle, strict=True)],
                "color": theme.GREY,
                "thickness": 2,
                "width": 6,
            },
            customdata=[[edition.printed(table, row, name) for name in columns] for _, row in shown],
            hovertemplate="%{y}: %{customdata[0]}<extra></extra>",
        )
    )
    if unknown:
        top = max(high)
        drawn.update_layout(barmode="overlay")
        gaps = missing(
            [name for name, _ in unknown], [figure for _, figure in unknown], top=top, orientation="h"
        )
        drawn.add_trace(gaps)
    drawn.update_layout(
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category", "ticklabelstandoff": 6},
        margin={"t": 16, "b": 60},
    )
    return drawn
