"""What a drawing is made from, beside the figure itself: a figure whose data did not change is not drawn again.

Belongs here: the programs, fonts and code that a drawing depends on. Where it is kept is `pipelines/kept.py`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipelines.checksums import sha256_of
from pipelines.kept import Kept
from report.rendering.words import FONTS

# Whose versions change a drawing.
PROGRAMS = ("kaleido", "plotly", "typst")


def kept_drawings(folder: Path | None, browser: str | None) -> Kept:
    """Drawings of an earlier run in a folder; `browser` is the program that draws."""
    return Kept(folder, [*_versions(), _program(browser)])


@cache
def _versions() -> tuple[str, ...]:
    """The versions of the programs, the fonts, and the code that draws."""
    files = [Path(__file__).with_name("images.py"), *sorted(FONTS.glob("*.ttf"))]
    return (
        *(f"{name} {version(name)}" for name in PROGRAMS),
        *(sha256_of(path) for path in files),
    )


def _program(path: str | None) -> str:
    """A program by its size and its time: asking for its version takes as long as drawing a figure."""
    if path is None:
        return ""
    known = Path(path).resolve().stat()
    return f"{known.st_size} {known.st_mtime_ns}"
