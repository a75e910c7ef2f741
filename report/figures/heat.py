"""Heat tables: partners by the codes of a dimension, and the matrix of who has reported.

Belongs here: figures that are tables with colour; every cell holds its number or mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from report import theme
from report.edition import Edition
from report.figures.chart import Chart, caption_of, new_figure, notes_on, sentence
from report.wrapping import wrapped

CELL_HEIGHT = 40


def partners_by_code(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Partners by the codes of a dimension in the edition's year."""
    dataset, dimension = spec["dataset"], spec["dimension"]
    codes = edition.codes(dataset, dimension, spec.get("grouping", ""))
    measure = edition.main_measure(dataset)
    grid = [
        [
            edition.figure(dataset, area=partner, period=edition.year, measure=measure, **{dimension: code})
            for code in codes
        ]
        for partner in edition.partners
    ]
    figures = [figure for row in grid for figure in row]
    if not any(figure.value for figure in figures):
        return None
    names, labels = list(edition.partners.values()), list(codes.values())
    values = [[figure.value for figure in row] for row in grid]
    texts = [[figure.shown for figure in row] for row in grid]
    drawn = _grid(values, texts, names, [wrapped(label, 14) for label in labels])
    rows = tuple((name, *row) for name, row in zip(names, texts, strict=True))
    n, m = max(
        ((n, m) for n in range(len(names)) for m in range(len(labels))),
        key=lambda at: values[at[0]][at[1]] or 0,
    )
    alt = sentence(
        f"Table with colour of {spec['shows']}, partners in rows and {spec['category'].lower()} in columns",
        f"The largest count is {texts[n][m]}, {names[n]}, {labels[m]}",
        notes_on(figures),
    )
    return Chart(spec["name"], drawn, ("Partner", *labels), rows, caption_of(edition, spec, figures), alt)


def _grid(
    values: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
) -> Any:
    import plotly.graph_objects as go

    highest = max((value or 0 for row in values for value in row), default=0) or 1
    drawn = new_figure(height=110 + CELL_HEIGHT * len(rows))
    drawn.add_trace(
        go.Heatmap(
            z=[[-0.0 if value is None else value for value in row] for row in values],
            x=list(columns),
            y=list(rows),
            zmin=0,
            zmax=highest,
            colorscale=[list(stop) for stop in theme.HEAT],
            showscale=False,
            xgap=2,
            ygap=2,
            customdata=[list(row) for row in texts],
            hoverinfo="skip",
        )
    )
    for n, row in enumerate(texts):
        for m, text in enumerate(row):
            dark = (values[n][m] or 0) > highest * 0.45
            ink = "white" if dark else theme.INK
            drawn.add_annotation(x=columns[m], y=rows[n], text=text, showarrow=False, font={"color": ink})
    drawn.update_layout(
        xaxis={"side": "top", "showgrid": False, "linewidth": 0, "tickangle": 0, "type": "category"},
        yaxis={"autorange": "reversed", "showgrid": False, "linewidth": 0, "type": "category"},
        margin={"t": 84, "b": 12},
    )
    return drawn


def reporting(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Who has reported what, over the last three years: partners by year and dataset."""
    import plotly.graph_objects as go

    words: Mapping[str, str] = spec["states"]
    order = list(words)
    signs = {
        state: edition.derived(sign, "zero") if sign == "0" else sign for state, sign in spec["signs"].items()
    }
    columns = [(year, dataset) for year in edition.recent_years for dataset in edition.contracts]
    known = {
        (r["partner"], r["reference_year"], r["dataset"]): r["state"]
        for r in edition.reporting.iter_rows(named=True)
    }
    names = list(edition.partners.values())
    grid = [
        [known.get((partner, str(year), dataset), "missing") for year, dataset in columns]
        for partner in edition.partners
    ]
    labels = [f"{edition.contracts[dataset].title}<br>{year}" for year, dataset in columns]
    drawn = new_figure(height=130 + CELL_HEIGHT * len(names))
    steps = len(order)
    scale = [[(n + edge) / steps, spec["colours"][state]] for n, state in enumerate(order) for edge in (0, 1)]
    drawn.add_trace(
        go.Heatmap(
            z=[[order.index(state) for state in row] for row in grid],
            x=list(range(len(columns))),
            y=names,
            zmin=-0.5,
            zmax=steps - 0.5,
            colorscale=scale,
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    )
    for n, row in enumerate(grid):
        for m, state in enumerate(row):
            drawn.add_annotation(x=m, y=names[n], text=signs[state], showarrow=False, font={"size": 13})
    ticks = [wrapped(label.split("<br>")[0], 11) + "<br>" + label.split("<br>")[1] for label in labels]
    drawn.update_layout(
        xaxis={
            "side": "top",
            "tickvals": list(range(len(columns))),
            "ticktext": ticks,
            "showgrid": False,
            "tickangle": 0,
            "tickfont": {"size": 11},
        },
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category"},
        margin={"t": 96, "b": 12},
    )
    header = (
        "Partner",
        *(f"{edition.contracts[dataset].title} {edition.shown_year(year)}" for year, dataset in columns),
    )
    rows = tuple((name, *(words[state] for state in row)) for name, row in zip(names, grid, strict=True))
    counts = {words[state]: sum(row.count(state) for row in grid) for state in order}
    reading = ", ".join(
        f"{words[state]} {edition.derived(counts[words[state]], 'cells', state)}"
        for state in order
        if counts[words[state]]
    )
    legend = "; ".join(f"{signs[state]} {words[state]}" for state in order if counts[words[state]])
    alt = sentence(f"Matrix of {spec['shows']}", f"Of all cells: {reading}")
    return Chart(spec["name"], drawn, header, rows, sentence(caption_of(edition, spec, []), legend), alt)
