"""The entry point of `tesat`: what lets a short command start fast, then the command line.

Belongs here: settings of the process that must stand before anything else is imported. The commands are `cli.py`.
"""

from __future__ import annotations

import gc
import os

OBJECTS = 100_000  # of the objects that imports make, nearly all stay: 700 is too few to look for garbage


def main() -> None:
    """Runs the command line."""
    gc.set_threshold(OBJECTS, 20, 20)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none is used; looking for them takes 10 ms
    from assets.cli import app

    app()
