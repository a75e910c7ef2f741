"""Heat tables: partners by the codes of a dimension, and the matrix of who has reported.

Belongs here: figures that are tables with colour; every cell holds its number or mark: colour never speaks alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition
from report.figures.chart import Chart, caption_of, highest, new_figure, notes_on, sentence
from report.wrapping import wrapped

CELL_HEIGHT = 40
# Half of a cell's side, and where its stripes begin and end.
HALF, STRIPES = 0.48, (-0.24, 0.0, 0.24)
Cell = tuple[str, str]


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
    top = highest(figures)
    cells = [
        [(f.shown, "missing" if f.value is None else theme.step(f.value, top)) for f in row] for row in grid
    ]
    drawn = _grid(cells, names, [wrapped(label, 14) for label in labels])
    rows = tuple((name, *(figure.shown for figure in row)) for name, row in zip(names, grid, strict=True))
    largest, n, m = max(
        ((grid[n][m].value or 0, -n, -m) for n in range(len(names)) for m in range(len(labels))),
    )
    told = grid[-n][-m].shown if largest else ""
    alt = sentence(
        say(
            "Table with colour of {shows}, partners in rows and {category} in columns",
            shows=spec["shows"],
            category=spec["category"].lower(),
        ),
        say(
            "The largest count is {count}, {partner}, {code}", count=told, partner=names[-n], code=labels[-m]
        ),
        notes_on(figures),
    )
    return Chart(
        spec["name"], drawn, (say("Partner"), *labels), rows, caption_of(edition, spec, figures), alt
    )


def reporting(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """Who has reported what, over the last three years: partners by year and dataset."""
    words: Mapping[str, str] = spec["states"]
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
    titles = [edition.contracts[dataset].title for _, dataset in columns]
    ticks = [f"{wrapped(title, 11)}<br>{year}" for title, (year, _) in zip(titles, columns, strict=True)]
    drawn = _grid([[(signs[s], spec["colours"][s]) for s in row] for row in grid], names, ticks, size=11)
    header = (
        say("Partner"),
        *(f"{title} {edition.shown_year(year)}" for title, (year, _) in zip(titles, columns, strict=True)),
    )
    rows = tuple((name, *(words[state] for state in row)) for name, row in zip(names, grid, strict=True))
    counts = {state: sum(row.count(state) for row in grid) for state in words}
    occurring = [state for state, count in counts.items() if count]
    reading = ", ".join(f"{words[s]} {edition.derived(counts[s], 'cells', s)}" for s in occurring)
    legend = "; ".join(f"{signs[state]} {words[state]}" for state in occurring)
    alt = sentence(
        say("Matrix of {shows}", shows=spec["shows"]), say("Of all cells: {reading}", reading=reading)
    )
    return Chart(spec["name"], drawn, header, rows, sentence(caption_of(edition, spec, []), legend), alt)


def _grid(
    cells: Sequence[Sequence[Cell]], rows: Sequence[str], columns: Sequence[str], *, size: int = 13
) -> Any:
    """Cells of text on the colour of a role; those that are missing or absent are hatched."""
    shapes, notes = [], []
    for n, row in enumerate(cells):
        for m, (text, role) in enumerate(row):
            shapes.append(_box(m, n, role))
            if role in {"missing", "absent"}:
                shapes += _stripes(m, n)
            font = {"color": theme.on_step(role), "size": 13}
            notes.append({"x": m, "y": n, "text": text, "showarrow": False, "font": font})
    return new_figure(
        height=110 + CELL_HEIGHT * len(rows),
        shapes=shapes,
        annotations=notes,
        xaxis={**_ticks(columns), "side": "top", "tickangle": 0, "tickfont": {"size": size}},
        yaxis={**_ticks(rows), "range": [len(rows) - 0.5, -0.5], "ticklabelstandoff": 6},
        margin={"t": 84 + 12 * (size < 13), "b": 12},
    )


def _ticks(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "range": [-0.5, len(labels) - 0.5],
        "showgrid": False,
        "linewidth": 0,
    }


def _box(x: int, y: int, role: str) -> dict[str, Any]:
    corners = {"x0": x - HALF, "x1": x + HALF, "y0": y - HALF, "y1": y + HALF}
    return {
        "type": "rect",
        **corners,
        "fillcolor": theme.paint(role),
        "line": {"width": 0},
        "layer": "below",
    }


def _stripes(x: int, y: int) -> list[dict[str, Any]]:
    """Slanting lines across a cell, that leave room for its mark."""
    line = {"color": theme.paint("missing_line"), "width": 1}
    return [
        {
            "type": "line",
            "x0": x + 1.5 * at - 0.1,
            "x1": x + 1.5 * at + 0.1,
            "y0": y + HALF,
            "y1": y - HALF,
            "line": line,
            "layer": "below",
        }
        for at in STRIPES
    ]
