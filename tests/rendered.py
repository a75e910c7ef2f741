"""The tiny report, rendered once per test session, and what its tests share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pikepdf

from report.rendering.images import draw, write_data
from report.rendering.render import render
from tests.unit.fixtures.tiny_report import tiny_content

PROJECT = Path(tiny_content.__file__).parent
ENVIRONMENT = {"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}
NAMES = ["Šćepan", "Ђорђе", "Ќирил", "Çlirim", "Kosovo*"]
METADATA = {
    "title": "Terrorist Situation and Trends Report: <the> Western Balkans & their partners in the year 2025",
    "subtitle": "What partners reported for 2025",
    "region": "Western Balkans",
    "language": "en-GB",
    "date": "2026-06-15",
    "edition_mark": "Demonstration: all figures are invented",
    "footnote": "* This designation is without prejudice to positions on status.",
}
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40"/></svg>'

_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def new_folder() -> Path:
    """A folder that lasts as long as the test session."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix="tesat-rendered-"))
    return Path(_KEPT[-1].name)


@cache
def tiny_figures() -> Path:
    """The tiny report's figures with their data, drawn once."""
    folder = new_folder() / "figures"
    draw(tiny_content.figures(), folder)
    for name, (header, rows) in tiny_content.data().items():
        write_data(folder / f"{name}.csv", header, rows)
    return folder


def rendered_again(*, formats: Sequence[str] = ("html", "pdf")) -> Path:
    """The tiny report rendered anew into a release of its own."""
    release = new_folder()
    shutil.copytree(tiny_figures(), release / "figures")
    render(PROJECT, release, formats=formats, metadata=METADATA, environment=ENVIRONMENT)
    return release


@cache
def tiny_release() -> Path:
    """The tiny report as web page and PDF, rendered once."""
    return rendered_again()


def small_project(folder: Path, index: str, **files: str) -> Path:
    """A report project of a few lines; `chapters__a` stands for `chapters/a.qmd`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.qmd").write_text(index, encoding="utf-8")
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.qmd"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def small_chart(release: Path, name: str = "one") -> None:
    """The files of a chart without drawing one."""
    folder = release / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text(SQUARE, encoding="utf-8")
    (folder / f"{name}.json").write_text('{"data": [], "layout": {}}', encoding="utf-8")
    write_data(folder / f"{name}.csv", ["Year", "Attacks"], [[2024, 3], [2025, 5]])


def structure_elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """All structure elements of a tagged PDF, parents first."""
    found: list[pikepdf.Object] = []
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop(0)
        if "/S" in node:
            found.append(node)
        kids = node.get("/K", pikepdf.Array())
        listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [kid for kid in listed if isinstance(kid, pikepdf.Dictionary)]
    return found
