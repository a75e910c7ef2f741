"""Draws all figures of an edition: SVG in one browser run, PNG from the SVG, the chart's own JSON.

Belongs here: what turns a plotly figure into files. What a figure shows lies in `report/figures/`; its CSV is
written by whoever knows the numbers, with `write_data`.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from pipelines.formula_safe import formula_safe
from pipelines.kept import Kept
from report.rendering.drawings import kept_drawings
from report.rendering.errors import ReportError
from report.rendering.words import FONTS

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDTH = 800
HEIGHT = 420
PIXELS_PER_INCH = 192

_IDENTIFIER = re.compile(r'\bid="([^"]+)"')
_CLASS = re.compile(r' class="[^"]*"')
_ROOT = re.compile(r"<svg[^>]*>")


@dataclass(frozen=True)
class DrawnFigures:
    """What was drawn: the folder, the names, and whether static images (SVG, PNG) were possible."""

    folder: Path
    names: tuple[str, ...]
    static: bool


def draw(figures: Mapping[str, go.Figure], folder: Path, *, kept: Path | None = None) -> DrawnFigures:
    """Write `NAME.json` and, where a browser is found, `NAME.svg` and `NAME.png`.

    The same figures give the same bytes. Without Chrome or Chromium only the JSON is written: the web page
    draws from it, PDF and Word cannot be made. What lies in `kept` from an earlier run is not drawn again.

    Raises:
        ReportError: The browser failed on a figure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    specifications = {name: _specification(figure) for name, figure in figures.items()}
    for name, text in specifications.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    browser = _browser()
    static = bool(figures) and browser is not None
    if static:
        known = kept_drawings(kept, browser)
        found = {name: known.find(name, text) for name, text in specifications.items()}
        drawn = _drawn_svg({name: figures[name] for name, drawing in found.items() if drawing is None})
        for name, text in specifications.items():
            drawing = found[name] or drawn[name].encode()
            known.keep(drawing, name, text)
            (folder / f"{name}.svg").write_bytes(drawing)
            (folder / f"{name}.png").write_bytes(_raster(folder / f"{name}.svg", known))
        known.forget_others()
    return DrawnFigures(folder, tuple(figures), static)


def _raster(drawing: Path, known: Kept) -> bytes:
    made_from = ("png", str(PIXELS_PER_INCH), drawing.read_text(encoding="utf-8"))
    made = known.find(*made_from) or rasterised(drawing)
    known.keep(made, *made_from)
    return made


def write_data(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write the data behind a figure as UTF-8 CSV with a byte order mark for spreadsheets, no cell a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else formula_safe(str(cell)) for cell in row] for row in rows)


def rasterised(drawing: Path) -> bytes:
    """A PNG of an SVG, drawn by typst with the report's own fonts."""
    import typst

    page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{drawing.name}")\n'
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(page.encode(), root=str(drawing.parent), font_paths=fonts)
    drawn = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    if not isinstance(drawn, bytes):
        raise ReportError(f"{drawing.name}: typst drew {type(drawn).__name__} instead of one picture.")
    return drawn


def _specification(figure: go.Figure) -> str:
    """The figure as plotly's JSON, keys sorted; template included, so that it stands alone."""
    import json

    return json.dumps(json.loads(figure.to_json()), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _browser() -> str | None:
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return str(found) if found is not None and os.access(found, os.X_OK) else None


def _drawn_svg(figures: Mapping[str, go.Figure]) -> dict[str, str]:
    """One browser for all figures; MathJax is off, for kaleido would fetch it from another host."""
    import kaleido

    if not figures:
        return {}
    with tempfile.TemporaryDirectory(prefix="tesat-draw-") as private:
        orders = [
            {"fig": figure, "path": f"{private}/{name}.svg", "opts": _size(figure)}
            for name, figure in figures.items()
        ]
        with _own_fonts(Path(private)):
            failures = kaleido.write_fig_from_object_sync(
                orders, kopts={"mathjax": False}, cancel_on_error=False
            )
        missing = [name for name in figures if not Path(private, f"{name}.svg").is_file()]
        if failures or missing:
            raise ReportError(f"The browser could not draw {', '.join(missing)}: {failures}")
        return {
            name: stable_svg(Path(private, f"{name}.svg").read_text(encoding="utf-8"), name)
            for name in figures
        }


def _size(figure: go.Figure) -> dict[str, Any]:
    return {
        "format": "svg",
        "width": figure.layout.width or WIDTH,
        "height": figure.layout.height or HEIGHT,
    }


def stable_svg(drawing: str, name: str) -> str:
    """The drawing with names of its own instead of random ones, unique beside other figures on one page."""
    known = dict.fromkeys(_IDENTIFIER.findall(drawing))
    for number, identifier in enumerate(known):
        pattern = rf'(?<=id="){re.escape(identifier)}(?=")|(?<=#){re.escape(identifier)}(?=["\')&])'
        drawing = re.sub(pattern, f"{name}-{number}", drawing)
    drawing = _CLASS.sub("", drawing)
    return _ROOT.sub(lambda root: root[0].replace(' style=""', ""), drawing, count=1)


@contextmanager
def _own_fonts(folder: Path) -> Iterator[None]:
    """The browser started inside sees the report's fonts and no others (fontconfig reads this variable)."""
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(FONTS))}</dir><cachedir>{escape(str(folder))}/cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(settings)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
