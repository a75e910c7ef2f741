"""Horizontal bars: the codes of a dimension in one year, or partners split by a dimension.

Belongs here: bars with long labels. Columns over years are in `columns.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition, Figure
from report.figures.chart import (
    HEADROOM,
    Chart,
    Series,
    caption_of,
    described,
    highest,
    missing,
    new_figure,
    notes_on,
    rows_of,
    sentence,
    takeaway,
)
from report.wrapping import wrapped

ROW_HEIGHT = 34


def by_code(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's count in the edition's year by the codes of a dimension; codes without a case stand in the table."""
    import plotly.graph_objects as go

    codes = edition.codes(spec["dataset"], spec["dimension"], spec.get("grouping", ""))
    figures = [_figure(edition, spec, edition.area, **{spec["dimension"]: code}) for code in codes]
    if not any(figure.value for figure in figures):
        return None
    pairs = list(zip(codes.values(), figures, strict=True))
    shown = [(label, figure) for label, figure in pairs if figure.value or figure.value is None]
    labels = [wrapped(label, 34) for label, _ in shown]
    bars = [figure for _, figure in shown]
    drawn = new_figure(height=90 + ROW_HEIGHT * max(3, len(shown)), barmode="overlay", showlegend=False)
    drawn.add_trace(
        go.Bar(
            orientation="h",
            y=labels,
            x=[figure.value for figure in bars],
            text=[figure.shown if figure.value is not None else "" for figure in bars],
            customdata=[figure.shown for figure in bars],
            textposition="outside",
            cliponaxis=False,
            marker={"color": theme.YEARS[-1]},
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    gaps = missing(labels, bars, top=highest(bars), orientation="h")
    if gaps is not None:
        drawn.add_trace(gaps)
    drawn.update_layout(
        xaxis={
            "title": {"text": spec["unit"]},
            "showgrid": True,
            "range": [0, round(highest(bars) * HEADROOM, 3)],
        },
        yaxis={"showgrid": False, "autorange": "reversed", "ticklabelstandoff": 6},
        margin={"t": 16, "r": 48},
    )
    rows = tuple((label, figure.shown) for label, figure in zip(codes.values(), figures, strict=True))
    reading = described([label for label, _ in shown], bars)
    alt = sentence(say("Bar chart of {shows}", shows=spec["shows"]), reading, notes_on(figures))
    return Chart(
        spec["name"],
        drawn,
        (spec["category"], edition.shown_year(edition.year)),
        rows,
        caption_of(edition, spec, figures),
        alt,
    )


def partners_split(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Every partner's count in the edition's year, stacked by the codes of a dimension."""
    codes = edition.codes(spec["dataset"], spec["dimension"], spec.get("grouping", ""))
    partners = edition.partners
    series = [
        Series(
            label,
            tuple(_figure(edition, spec, partner, **{spec["dimension"]: code}) for partner in partners),
            position,
        )
        for position, (code, label) in enumerate(codes.items())
    ]
    totals = [_figure(edition, spec, partner) for partner in partners]
    kept = [one for one in series if any(figure.value for figure in one.figures)]
    if not kept:
        return None
    figures = [figure for one in kept for figure in one.figures]
    drawn = _stacked(kept, list(partners.values()), totals, unit=spec["unit"])
    header = (spec["category"], *(one.label for one in series), say("Total"))
    rows = rows_of(list(partners.values()), series)
    rows = tuple((*row, total.shown) for row, total in zip(rows, totals, strict=True))
    reading = say("Totals: {totals}", totals=described(list(partners.values()), totals))
    alt = sentence(say("Stacked bars of {shows}", shows=spec["shows"]), reading, notes_on(totals))
    caption = caption_of(edition, spec, [*figures, *totals])
    return Chart(spec["name"], drawn, header, rows, caption, alt, takeaway(edition, spec))


def _stacked(
    series: Sequence[Series], partners: Sequence[str], totals: Sequence[Figure], *, unit: str
) -> Any:
    import plotly.graph_objects as go

    drawn = new_figure(barmode="stack", height=120 + ROW_HEIGHT * len(partners))
    for one in series:
        drawn.add_trace(
            go.Bar(
                orientation="h",
                name=one.label,
                y=partners,
                x=[figure.value for figure in one.figures],
                customdata=[figure.shown for figure in one.figures],
                hovertemplate="%{y}<br>" + one.label + ": %{customdata}<extra></extra>",
                marker=one.marker,
            )
        )
    reaches = [sum(one.figures[n].value or 0 for one in series) for n in range(len(partners))]
    gaps = missing(partners, totals, top=max([1.0, *reaches]), orientation="h")
    if gaps is not None:
        drawn.add_trace(gaps)
    for partner, total, reach in zip(partners, totals, reaches, strict=True):
        if total.value is None:
            continue
        drawn.add_annotation(
            y=partner, x=reach, text=f"<b>{total.shown}</b>", showarrow=False, xanchor="left", xshift=6
        )
    drawn.update_layout(
        yaxis={"autorange": "reversed", "showgrid": False, "ticklabelstandoff": 6},
        xaxis={"title": {"text": unit}, "showgrid": True, "rangemode": "tozero"},
        margin={"r": 56},
    )
    return drawn


def _figure(edition: Edition, spec: Mapping[str, Any], area: str, **codes: str) -> Figure:
    measure = spec.get("measure", edition.main_measure(spec["dataset"]))
    return edition.figure(spec["dataset"], area=area, period=edition.year, measure=measure, **codes)
