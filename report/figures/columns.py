"""Column charts: counts by year, by code or by partner, side by side or stacked.

Belongs here: vertical columns. Horizontal bars are in `bars.py`, panels side by side in `panels.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition, Figure
from report.figures import chart
from report.figures.chart import Chart, Series, described, new_figure, notes_on, rows_of, sentence
from report.figures.labels import direct_labels
from report.wrapping import wrapped


def yearly(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's count over the years of the edition, stacked by the codes of a dimension."""
    years = edition.years
    series = []
    for position, (code, label) in enumerate(_codes(edition, spec).items()):
        figures = tuple(_figure(edition, spec, year, **{spec["dimension"]: code}) for year in years)
        if any(figure.value for figure in figures):
            series.append(Series(label, figures, position))
    totals = [_figure(edition, spec, year) for year in years]
    if not any(figure.value for figure in totals):
        return None
    categories = [edition.shown_year(year) for year in years]
    if not series:
        return _side_by_side(edition, spec, categories, [Series(say("Total"), tuple(totals), 0)])
    drawn = _stacked(spec, categories, series, totals)
    rows = tuple((*row, total.shown) for row, total in zip(rows_of(categories, series), totals, strict=True))
    header = (spec["category"], *(one.label for one in series), say("Total"))
    every = [*(figure for one in series for figure in one.figures), *totals]
    return Chart(
        spec["name"],
        drawn,
        header,
        rows,
        chart.caption_of(edition, spec, every),
        _alt(spec, categories, series, totals),
        chart.takeaway(edition, spec),
    )


def measures(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Several measures of a region over the years of the edition, side by side."""
    series = [
        Series(
            text,
            tuple(
                edition.figure(spec["dataset"], area=edition.area, period=year, measure=name)
                for year in edition.years
            ),
            position,
        )
        for position, (name, text) in enumerate(spec["measures"].items())
    ]
    return _side_by_side(edition, spec, [edition.shown_year(year) for year in edition.years], series)


def recent(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's count by the codes of a dimension, one column for each of the last three years."""
    codes = _codes(edition, spec)
    years = edition.recent_years
    series = [
        Series(
            edition.shown_year(year),
            tuple(_figure(edition, spec, year, **{spec["dimension"]: code}) for code in codes),
            position,
            theme.year_colour(position, len(years)),
        )
        for position, year in enumerate(years)
    ]
    return _side_by_side(edition, spec, list(codes.values()), series)


def profile(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """The main counts of one area, or of one code of a dimension, over the years of the edition."""
    series = []
    for position, (dataset, label) in enumerate(spec["datasets"].items()):
        if dataset not in edition.contracts:
            continue
        codes = {} if not spec.get("code") else {spec["dimension"]: spec["code"]}
        figures = tuple(
            edition.figure(
                dataset,
                area=spec.get("area", edition.area),
                period=year,
                measure=edition.main_measure(dataset),
                **codes,
            )
            for year in edition.years
        )
        series.append(Series(label, figures, position))
    if not any(figure.value for one in series for figure in one.figures):
        return None
    return _side_by_side(edition, spec, [edition.shown_year(year) for year in edition.years], series)


def _codes(edition: Edition, spec: Mapping[str, Any]) -> dict[str, str]:
    return edition.codes(spec["dataset"], spec["dimension"], spec.get("grouping", ""))


def _figure(edition: Edition, spec: Mapping[str, Any], year: int, *, area: str = "", **codes: str) -> Figure:
    measure = spec.get("measure", edition.main_measure(spec["dataset"]))
    return edition.figure(spec["dataset"], area=area or edition.area, period=year, measure=measure, **codes)


def _side_by_side(
    edition: Edition, spec: Mapping[str, Any], categories: Sequence[str], series: Sequence[Series]
) -> Chart | None:
    """The chart of some series over categories; nothing where no figure has a value."""
    kept = [one for one in series if spec.get("keep_empty") or not one.empty]
    figures = [figure for one in series for figure in one.figures]
    if not kept or not any(figure.value for figure in figures):
        return None
    ticks = [wrapped(category, spec.get("wrap", 16)) for category in categories]
    top = chart.highest(figures)
    drawn = _axes(new_figure(barmode="group", height=spec.get("height", 420)), spec, ticks, top)
    for one in kept:
        drawn.add_trace(
            _columns(one, ticks, text=[f.marked if f.value is not None else "" for f in one.figures])
        )
        gaps = chart.missing(ticks, one.figures, top=top, group=one.label)
        if gaps is not None:
            drawn.add_trace(gaps)
    drawn.update_layout(showlegend=len(kept) > 1)
    return Chart(
        spec["name"],
        drawn,
        (spec["category"], *(one.label for one in series)),
        rows_of(categories, series),
        chart.caption_of(edition, spec, figures),
        _alt(spec, categories, kept, []),
        chart.takeaway(edition, spec),
    )


def _stacked(
    spec: Mapping[str, Any], categories: Sequence[str], series: Sequence[Series], totals: Sequence[Figure]
) -> Any:
    top = chart.highest(totals)
    drawn = _axes(new_figure(barmode="stack", height=spec.get("height", 420)), spec, categories, top)
    for one in series:
        drawn.add_trace(_columns(one, categories, text=None))
    gaps = chart.missing(categories, totals, top=top)
    if gaps is not None:
        drawn.add_trace(gaps)
    for position, total in enumerate(totals):
        if total.value is not None:
            drawn.add_annotation(
                x=position, y=total.value, text=f"<b>{total.shown}</b>", showarrow=False, yshift=12
            )
    labels = direct_labels(series, top=top)
    drawn.update_layout(showlegend=not labels)
    for label in labels:
        drawn.add_annotation(label)
    if labels:
        drawn.update_layout(margin={"r": 168, "t": 24})
    return drawn


def _axes(drawn: Any, spec: Mapping[str, Any], ticks: Sequence[str], top: float) -> Any:
    return drawn.update_layout(
        xaxis={"type": "category", "categoryorder": "array", "categoryarray": list(ticks)},
        yaxis={"title": {"text": spec["unit"]}, "range": [0, round(top * chart.HEADROOM, 3)]},
        legend={"traceorder": "normal"},
    )


def _columns(one: Series, ticks: Sequence[str], *, text: list[str] | None) -> Any:
    import plotly.graph_objects as go

    return go.Bar(
        name=one.label,
        x=list(ticks),
        y=[figure.value for figure in one.figures],
        marker=one.marker,
        text=text,
        customdata=[figure.shown for figure in one.figures],
        hovertemplate="%{x}<br>" + one.label + ": %{customdata}<extra></extra>",
        offsetgroup=one.label if text is not None else None,
        textposition="outside",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        textfont={"size": 12},
    )


def _alt(
    spec: Mapping[str, Any], categories: Sequence[str], series: Sequence[Series], totals: Sequence[Figure]
) -> str:
    """What the chart shows, with its numbers where they are few, else the largest."""
    if totals:
        reading = say("Totals: {totals}", totals=described(categories, totals))
    else:
        last = series[-1]
        reading = f"{last.label}: {described(categories, last.figures)}"
    parts = ", ".join(one.label for one in series)
    shown = say("Column chart of {shows}, with series {series}", shows=spec["shows"], series=parts)
    return sentence(shown, reading, notes_on(totals))
