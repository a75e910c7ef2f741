"""The embedded renderer against its floor: one browser batch of the same figures, and the cells' execution.

Run as `python -m benchmarks.rendering RELEASE`; prints JSON with seconds. RELEASE is copied, never changed.
"""

from __future__ import annotations

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
        seconds: dict[str, list[float]] = {"batch": [], "execution": [], "figures": [], "formats": []}
        for _ in range(3):
            seconds["batch"].append(_timed(lambda: _batch(figures, batch)))
            seconds["execution"].append(_timed(lambda: _execute(edition, copy, Path(private))))
            seconds["figures"].append(_timed(lambda: draw_figures(copy, formats=FORMATS, catalog=catalog)))
            seconds["formats"].append(_timed(lambda: render_report(copy, formats=FORMATS, catalog=catalog)))
    print(
        json.dumps(
            {"figures_drawn": len(figures), **{name: sorted(all_)[1] for name, all_ in seconds.items()}}
        )
    )


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
    staged = stage_project(PROJECT, target, datasets=edition.region.datasets)
    environment = {"TESAT_RELEASE": str(release), "TESAT_CONTRACTS": str(edition.catalog.root)}
    execute(read_source(staged, edition_metadata(edition)), staged, environment=environment)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
