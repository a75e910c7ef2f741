"""The map of a region: partners as filled outlines, coloured by a count.

Belongs here: outlines as plain polygons, for map traces of the chart library would fetch geography from elsewhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data_contracts.messages import say
from report import theme
from report.edition import Edition, Figure
from report.figures.chart import Chart, caption_of, described, highest, new_figure, notes_on, sentence

Ring = list[tuple[float, float]]


def region_map(edition: Edition, spec: Mapping[str, Any]) -> Chart | None:
    """A count of each partner in the edition's year, on a map; nothing for a region without outlines."""
    geometry = edition.region.geometry
    if geometry is None or not (edition.catalog.root / geometry).exists():
        return None
    features = json.loads((edition.catalog.root / geometry).read_text(encoding="utf-8"))["features"]
    measure = edition.main_measure(spec["dataset"])
    figures = {
        partner: edition.figure(spec["dataset"], area=partner, period=edition.year, measure=measure)
        for partner in edition.partners
    }
    if not any(figure.value for figure in figures.values()):
        return None
    rings = {
        feature["id"]: list(_rings(feature["geometry"])) for feature in features if feature["id"] in figures
    }
    drawn = _draw(rings, figures, edition.partners)
    rows = tuple((name, figures[partner].shown) for partner, name in edition.partners.items())
    reading = described(list(edition.partners.values()), list(figures.values()))
    alt = sentence(say("Map of {shows}", shows=spec["shows"]), reading, notes_on(figures.values()))
    caption = caption_of(edition, spec, figures.values())
    return Chart(spec["name"], drawn, (say("Partner"), edition.shown_year(edition.year)), rows, caption, alt)


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield [(float(point[0]), float(point[1])) for point in polygon[0]]


def _centre(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of an outline."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return x / (3 * area), y / (3 * area)


def _draw(
    rings: Mapping[str, Sequence[Ring]], figures: Mapping[str, Figure], names: Mapping[str, str]
) -> Any:
    top = highest(figures.values())
    drawn = new_figure(height=560, showlegend=False)
    latitudes = [y for of_partner in rings.values() for ring in of_partner for _, y in ring]
    for partner, of_partner in rings.items():
        figure = figures[partner]
        role = "missing" if figure.value is None else theme.step(figure.value, top)
        for ring in of_partner:
            drawn.add_trace(_outline(ring, role))
        x, y = _centre(max(of_partner, key=len))
        label = "<br>".join(names[partner].split(" "))
        drawn.add_annotation(
            x=x,
            y=y,
            text=f"{label}<br><b>{figure.shown}</b>",
            showarrow=False,
            font={"color": theme.on_step(role), "size": 12},
        )
    middle = math.radians(sum(latitudes) / len(latitudes))
    drawn.update_layout(
        xaxis={"visible": False},
        yaxis={
            "visible": False,
            "scaleanchor": "x",
            "scaleratio": 1 / math.cos(middle),
            "rangemode": "normal",
        },
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )
    return drawn


def _outline(ring: Ring, role: str) -> Any:
    """A filled outline, hatched where there is no figure."""
    import plotly.graph_objects as go

    hatching = {"fillpattern": theme.hatched()["pattern"]} if role == "missing" else {}
    return go.Scatter(
        x=[x for x, _ in ring],
        y=[y for _, y in ring],
        fill="toself",
        fillcolor=theme.paint(role),
        mode="lines",
        line={"color": theme.paint("outline"), "width": 1.5},
        hoverinfo="skip",
        **hatching,
    )
