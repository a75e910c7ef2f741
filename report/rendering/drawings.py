"""Keeps what was drawn, so that a figure whose data did not change is not drawn again.

Belongs here: where a drawing lies and what it depends on. A drawing is found by a hash of everything that it is made
from; what a run did not ask for is gone after it. Nothing here is published.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from report.rendering.words import FONTS

# Whose versions change a drawing.
PROGRAMS = ("kaleido", "plotly", "typst")


class KeptDrawings:
    """Drawings of an earlier run in a folder; without a folder nothing is found and nothing kept."""

    def __init__(self, folder: Path | None, browser: str | None) -> None:
        """`browser` is the program that draws."""
        self._folder = folder
        self._basis = [*_versions(), _program(browser)]
        self._asked: set[str] = set()

    def find(self, *made_from: str) -> bytes | None:
        """The drawing made from these, if it was kept."""
        place = self._place(made_from)
        return place.read_bytes() if place is not None and place.is_file() else None

    def keep(self, drawing: bytes, *made_from: str) -> None:
        """Keeps a drawing, in one step, so that a run that is stopped leaves no half of it."""
        place = self._place(made_from)
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            begun = place.with_suffix(".begun")
            begun.write_bytes(drawing)
            begun.replace(place)

    def forget_others(self) -> None:
        """Removes what this run did not ask for."""
        if self._folder is not None and self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in self._asked:
                    path.unlink()

    def _place(self, made_from: tuple[str, ...]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(json.dumps([*self._basis, *made_from]).encode()).hexdigest()
        self._asked.add(name)
        return self._folder / name


@cache
def _versions() -> tuple[str, ...]:
    """The versions of the programs, the fonts, and the code that draws."""
    files = [Path(__file__).with_name("images.py"), *sorted(FONTS.glob("*.ttf"))]
    return (
        *(f"{name} {version(name)}" for name in PROGRAMS),
        *(hashlib.sha256(path.read_bytes()).hexdigest() for path in files),
    )


def _program(path: str | None) -> str:
    """A program by its size and its time: asking for its version takes as long as drawing a figure."""
    if path is None:
        return ""
    known = Path(path).resolve().stat()
    return f"{known.st_size} {known.st_mtime_ns}"
