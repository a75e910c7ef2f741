"""Column charts: counts by year, by code or by partner, side by side or stacked.

Belongs here: vertical columns. Horizontal bars are in `bars.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from report import theme
from report.edition import Edition, Figure
from report.figures.chart import Chart, Series, caption_of, described, new_figure, notes_on, rows_of, sentence
from report.wrapping import wrapped


def yearly(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's count over the years of the edition, stacked by the codes of a dimension."""
    years = edition.years
    series = []
    for position, (code, label) in enumerate(_codes(edition, spec).items()):
        figures = tuple(_figure(edition, spec, year, **{spec["dimension"]: code}) for year in years)
        if any(figure.value for figure in figures):
            series.append(Series(label, figures, theme.colour(position)))
    totals = [_figure(edition, spec, year) for year in years]
    return _chart(edition, spec, [edition.shown_year(year) for year in years], series, totals, stacked=True)


def measures(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Several measures of a region over the years of the edition, side by side."""
    series = [
        Series(
            text,
            tuple(
                edition.figure(spec["dataset"], area=edition.area, period=year, measure=name)
                for year in edition.years
            ),
            theme.colour(position),
        )
        for position, (name, text) in enumerate(spec["measures"].items())
    ]
    return _chart(edition, spec, [edition.shown_year(year) for year in edition.years], series, [])


def recent(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A region's count by the codes of a dimension, one column for each of the last three years."""
    codes = _codes(edition, spec)
    years = edition.recent_years
    series = [
        Series(
            edition.shown_year(year),
            tuple(_figure(edition, spec, year, **{spec["dimension"]: code}) for code in codes),
            theme.year_colour(position, len(years)),
        )
        for position, year in enumerate(years)
    ]
    return _chart(edition, spec, list(codes.values()), series, [])


def by_partner(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Every partner's count, one column for each of the last three years."""
    years = edition.recent_years
    series = [
        Series(
            edition.shown_year(year),
            tuple(_figure(edition, spec, year, area=partner) for partner in edition.partners),
            theme.year_colour(position, len(years)),
        )
        for position, year in enumerate(years)
    ]
    return _chart(edition, spec, list(edition.partners.values()), series, [])


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
        series.append(Series(label, figures, theme.colour(position)))
    if not any(figure.value for one in series for figure in one.figures):
        return None
    return _chart(edition, spec, [edition.shown_year(year) for year in edition.years], series, [])


def _codes(edition: Edition, spec: Mapping[str, Any]) -> dict[str, str]:
    return edition.codes(spec["dataset"], spec["dimension"], spec.get("grouping", ""))


def _figure(edition: Edition, spec: Mapping[str, Any], year: int, *, area: str = "", **codes: str) -> Figure:
    measure = spec.get("measure", edition.main_measure(spec["dataset"]))
    return edition.figure(spec["dataset"], area=area or edition.area, period=year, measure=measure, **codes)


def _chart(
    edition: Edition,
    spec: Mapping[str, Any],
    categories: Sequence[str],
    series: Sequence[Series],
    totals: Sequence[Figure],
    *,
    stacked: bool = False,
) -> Chart | None:
    """The chart of some series over categories; nothing where no figure has a value."""
    import plotly.graph_objects as go

    kept = [one for one in series if spec.get("keep_empty") or not one.empty]
    figures = [figure for one in series for figure in one.figures] + list(totals)
    if not kept or not any(figure.value for figure in figures):
        return None
    ticks = [wrapped(category, spec.get("wrap", 16)) for category in categories]
    drawn = new_figure(barmode="stack" if stacked else "group", height=spec.get("height", 420))
    for one in kept:
        drawn.add_trace(
            go.Bar(
                name=one.label,
                x=ticks,
                y=[figure.value for figure in one.figures],
                marker={"color": one.colour},
                text=None if stacked else [figure.marked for figure in one.figures],
                customdata=[figure.shown for figure in one.figures],
                hovertemplate="%{x}<br>" + one.label + ": %{customdata}<extra></extra>",
                textposition="outside",
                textangle=0,
                constraintext="none",
                cliponaxis=False,
                textfont={"size": 12},
            )
        )
    if not stacked:
        _mark_missing(drawn, kept)
    else:
        _totals(drawn, totals)
    drawn.update_layout(
        xaxis={"type": "category", "categoryorder": "array", "categoryarray": ticks},
        yaxis={"title": {"text": spec["unit"]}},
        showlegend=len(kept) > 1 or stacked,
        legend={"traceorder": "normal"},
    )
    header = (spec["category"], *(one.label for one in series), *(("Total",) if totals else ()))
    rows = rows_of(categories, series)
    if totals:
        rows = tuple((*row, total.shown) for row, total in zip(rows, totals, strict=True))
    return Chart(
        spec["name"],
        drawn,
        header,
        rows,
        caption_of(edition, spec, figures),
        _alt(spec, categories, kept, totals),
    )


def _mark_missing(drawn: Any, series: Sequence[Series]) -> None:
    """Writes the mark of a kind of no value where a column would stand; text on no column is not drawn."""
    for one in series:
        drawn.update_traces(
            y=[0 if figure.value is None else figure.value for figure in one.figures],
            selector={"name": one.label},
        )


def _totals(drawn: Any, totals: Sequence[Figure]) -> None:
    for position, total in enumerate(totals):
        drawn.add_annotation(
            x=position, y=total.value or 0, text=f"<b>{total.shown}</b>", showarrow=False, yshift=12
        )


def _alt(
    spec: Mapping[str, Any], categories: Sequence[str], series: Sequence[Series], totals: Sequence[Figure]
) -> str:
    """What the chart shows, with its numbers where they are few, else the largest."""
    if totals:
        reading = f"Totals: {described(categories, totals)}"
    else:
        last = series[-1]
        reading = f"{last.label}: {described(categories, last.figures)}"
    parts = ", ".join(one.label for one in series)
    return sentence(f"Column chart of {spec['shows']}, with series {parts}", reading, notes_on(totals))
