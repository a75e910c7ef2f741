"""From a release's data folder to its figures and its report.

Belongs here: the order of things and the copy of the report project that an edition is rendered from. Charts are
in `figures/`, words in the chapters, formats in `rendering/`.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from data_contracts.messages import ENGLISH, speaking, spoken
from data_contracts.model import Catalog
from report.brief.writing import write_brief
from report.edition import Edition
from report.figures.registry import all_charts
from report.figures.released import released_figure, released_table, released_words, with_keys
from report.keyed import bare, keys_of
from report.messages_chapters import said_lines
from report.rendering.errors import ReportError
from report.rendering.images import draw, write_data
from report.rendering.kernel import Kernel
from report.rendering.render import FILES, Backend, render

PROJECT = Path(__file__).parent
PARTS = ("_quarto.yml", "index.qmd", "web.qmd", "sentences.yaml")
FOLDERS = ("chapters", "figures")
BRIEF = "brief/brief.yaml"
# What is kept of a run, each kind in a folder of its own.
DRAWINGS, SECTIONS = "drawings", "sections"

_INCLUDE = re.compile(r"^\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
_NEEDS = re.compile(r"^<!--\s*needs:\s*(.+?)\s*-->")


def draw_figures(
    release: Path,
    *,
    catalog: Catalog,
    project: Path = PROJECT,
    kept: Path | None = None,
) -> dict[str, str | None]:
    """Draws every chart of an edition into `figures/`, with its data and their keys as CSV and an index of texts.

    Drawings in `kept`, from an earlier run, are not drawn again where nothing changed. Returns the charts by name,
    each as a data URI of its SVG (nothing where no browser was found).

    Raises:
        ReportError: The browser failed on a chart.
    """
    edition = Edition(release, catalog)
    with speaking(edition.language):
        charts = all_charts(edition, project / "figures" / "figures.yaml")
    folder = release / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    figures = {name: released_figure(chart.figure) for name, chart in charts.drawn.items()}
    drawn = draw(figures, folder, kept=kept and kept / DRAWINGS)
    for name, chart in charts.drawn.items():
        write_data(folder / f"{name}.csv", *released_table(chart, bare))
        write_data(folder / f"{name}.keys.csv", *released_table(chart, _keys))
    index = {
        "charts": {name: released_words(chart) for name, chart in charts.drawn.items()},
        "left_out": {name: with_keys("caption", text) for name, text in charts.left_out.items()},
    }
    text = json.dumps(index, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "index.json").write_text(text + "\n", encoding="utf-8")
    return {name: _data_uri(folder / f"{name}.svg") if drawn.static else None for name in figures}


def _keys(text: str) -> str:
    return " ".join(keys_of(text))


def _data_uri(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def render_report(
    release: Path,
    *,
    formats: Sequence[str],
    catalog: Catalog,
    project: Path = PROJECT,
    backend: Backend = "embedded",
    text: Path | None = None,
    kept: Path | None = None,
    kernel: Kernel | None = None,
) -> list[Path]:
    """Renders the report of a release whose figures are drawn, and returns the files.

    `text` is the folder of the editors' text, which has passed its lint. What an earlier run has kept in `kept` is not
    parsed again. `kernel` is one that is ready to execute the chapters; else one is started.

    Raises:
        ReportError: Anything that must not be published, with its place.
    """
    edition = Edition(release, catalog)
    metadata = edition_metadata(edition)
    with speaking(edition.language), tempfile.TemporaryDirectory(prefix="tesat-report-") as private:
        staged = stage_project(project, Path(private) / "report", there=edition.there)
        brief = write_brief(edition, project / BRIEF, formats=formats, metadata=metadata)
        reports = [
            *(FILES[name] for name in ("pdf", "docx") if name in formats),
            *(one.name for one in brief),
        ]
        environment = {
            "TESAT_RELEASE": str(release.absolute()),
            "TESAT_CONTRACTS": str(catalog.root.absolute()),
            "TESAT_REPORTS": " ".join(reports),
            "TESAT_EDITORS_TEXT": str(text.absolute()) if text is not None else "",
        }
        return brief + render(
            staged,
            release,
            formats=formats,
            metadata=metadata,
            environment=environment,
            backend=backend,
            kept=kept and kept / SECTIONS,
            kernel=kernel,
        )


def edition_metadata(edition: Edition) -> dict[str, str]:
    """What the pages of an edition carry: title, date, marks and footnotes."""
    about = edition.about
    footnote = " ".join(text for text in (str(about["banner"]), str(about["footnote"])) if text)
    return {
        "title": str(about["title"]),
        "subtitle": str(about["subtitle"]),
        "region": edition.region_name,
        "language": edition.language,
        "date": str(about["date"]),
        "year": str(edition.year),
        "edition_mark": str(about["edition_mark"]),
        "footnote": footnote,
        "citation": str(about["citation"]),
        **{key: str(about["imprint"].get(key, "")) for key in ("network", "rights", "contact", "issn")},
    }


def stage_project(project: Path, target: Path, *, there: Collection[str]) -> Path:
    """Copies a report project without the chapters on datasets and tables that the edition does not have.

    The chapters are in the language that is spoken, line by line.

    A chapter says what it is about in its first line: `<!-- needs: arrests -->`.

    Raises:
        ReportError: The project has no index.qmd, or a file that it includes is missing.
    """
    if not (project / "index.qmd").is_file():
        raise ReportError(f"{project}: there is no index.qmd; name a folder that holds a report project.")
    target.mkdir(parents=True)
    for name in PARTS:
        if (project / name).is_file():
            shutil.copy(project / name, target / name)
    for name in FOLDERS:
        if (project / name).is_dir():
            ignored = shutil.ignore_patterns("*.py", "__pycache__")
            shutil.copytree(project / name, target / name, ignore=ignored)
    kept = wanted_lines(target, there=there)
    (target / "index.qmd").write_text("\n".join(kept) + "\n", encoding="utf-8")
    for path in target.rglob("*.qmd") if spoken() != ENGLISH else ():
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(said_lines(lines)) + "\n", encoding="utf-8")
    return target


def wanted_lines(project: Path, *, there: Collection[str]) -> list[str]:
    """The lines of a project's index without the chapters on what the edition does not have."""
    lines = (project / "index.qmd").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if _is_wanted(line, project, there)]


def _is_wanted(line: str, project: Path, there: Collection[str]) -> bool:
    include = _INCLUDE.match(line)
    if include is None or not (project / include[1]).is_file():
        return True
    needs = _NEEDS.match((project / include[1]).read_text(encoding="utf-8"))
    return needs is None or set(needs[1].split()) <= set(there)
