"""The embedded renderer against its floor: one browser batch of the same figures, and the cells' execution.

Beside that, how long it takes once one number of the release has changed, and what the formats weigh. Run as
`python -m benchmarks.rendering RELEASE`; prints JSON with seconds. RELEASE is copied, never changed.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data_contracts.catalog import load_catalog
from report.building import PROJECT, draw_figures, edition_metadata, render_report, stage_project
from report.edition import Edition
from report.figures.registry import all_charts
from report.rendering.execution import execute
from report.rendering.source import read_source

FORMATS = ("html", "pdf", "docx")


def main(release: Path) -> None:
    """Measures floor and renderer in turn, after one batch that is not counted."""
    catalog = load_catalog()
    with tempfile.TemporaryDirectory(prefix="tesat-bench-") as private:
        copy = Path(private) / "release"
        shutil.copytree(release, copy)
        edition = Edition(copy, catalog)
        charts = all_charts(edition, PROJECT / "figures" / "figures.yaml").drawn
        figures = [chart.figure for chart in charts.values()]
        batch = Path(private) / "batch"
        batch.mkdir()
        _batch(figures, batch)
        kept = Path(private) / "kept"
        draw_figures(copy, catalog=catalog, kept=kept)
        seconds: dict[str, list[float]] = {
            name: []
            for name in ("batch", "execution", "figures", "formats", "changed_figures", "changed_formats")
        }
        for _ in range(3):
            seconds["batch"].append(_timed(lambda: _batch(figures, batch)))
            seconds["execution"].append(_timed(lambda: _execute(edition, copy, Path(private))))
            seconds["figures"].append(_timed(lambda: draw_figures(copy, catalog=catalog)))
            seconds["formats"].append(_timed(lambda: render_report(copy, formats=FORMATS, catalog=catalog)))
            _change_a_number(copy / "data" / "incidents.csv", edition)
            seconds["changed_figures"].append(_timed(lambda: draw_figures(copy, catalog=catalog, kept=kept)))
            seconds["changed_formats"].append(
                _timed(lambda: render_report(copy, formats=FORMATS, catalog=catalog))
            )
        weights = {name: (copy / name).stat().st_size for name in ("index.html", "report.pdf", "report.docx")}
    counts = {"figures_drawn": len(figures), "bytes": weights}
    print(json.dumps({**counts, **{name: sorted(all_)[1] for name, all_ in seconds.items()}}))


def _change_a_number(path: Path, edition: Edition) -> None:
    """One more attack of the region's first partner in the edition's year, in the total alone."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    partner = next(iter(edition.partners))
    dimensions = [name.upper() for name in edition.contracts["incidents"].dimension_names]
    wanted = {"REF_AREA": partner, "TIME_PERIOD": str(edition.year), "MEASURE": "ATTACKS"}
    wanted |= dict.fromkeys(dimensions, "_T")
    for row in rows:
        known = dict(zip(header, row, strict=True))
        if wanted.items() <= known.items():
            row[header.index("OBS_VALUE")] = str(int(known["OBS_VALUE"]) + 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _batch(figures: list[Any], folder: Path) -> None:
    """One call of kaleido for all figures, as a program of a few lines would make it."""
    import plotly.io

    paths = [str(folder / f"{number}.svg") for number in range(len(figures))]
    plotly.io.write_images(figures, paths)


def _execute(edition: Edition, release: Path, private: Path) -> None:
    target = private / "staged"
    shutil.rmtree(target, ignore_errors=True)
    staged = stage_project(PROJECT, target, there=edition.there)
    environment = {"TESAT_RELEASE": str(release), "TESAT_CONTRACTS": str(edition.catalog.root)}
    execute(read_source(staged, edition_metadata(edition)), staged, environment=environment)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
