"""Names of series beside what they name, instead of a legend.

Belongs here: where such names stand so that none covers another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report import theme
from report.figures.chart import Series
from report.wrapping import wrapped

MOST, WIDEST = 6, 20
# The least distance of two names, of the highest column: a name may take two lines.
APART, BESIDE = 0.1, 0.42


def direct_labels(series: Sequence[Series], *, top: float) -> list[dict[str, Any]]:
    """A name beside each part of the last of some stacked columns; none where it has none, or there are many."""
    last = [one.figures[-1].value for one in series]
    if not 0 < len(series) <= MOST or any(value is None for value in last):
        return []
    middles, reach = [], 0.0
    for value in last:
        middles.append(reach + (value or 0) / 2)
        reach += value or 0
    position = len(series[0].figures) - 1
    return [
        {
            "x": position + BESIDE,
            "y": round(at, 3),
            "text": f'<span style="color:{theme.colour(one.position)}"><b>—</b></span> {wrapped(one.label, WIDEST)}',
            "showarrow": False,
            "xanchor": "left",
            "align": "left",
            "font": {"size": 13},
        }
        for one, at in zip(series, _spread(middles, top * APART), strict=True)
    ]


def _spread(wanted: Sequence[float], least: float) -> list[float]:
    """The places, each as near to what is wanted as the distance to the one below allows."""
    places: list[float] = []
    for at in wanted:
        places.append(max(at, places[-1] + least) if places else at)
    return places
