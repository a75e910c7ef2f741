"""The entry point of `tesat`: what lets a short command start fast, then the command line.

Belongs here: settings of the process that must stand before anything else is imported. The commands are `cli.py`.
"""

from __future__ import annotations

import errno
import gc
import os
import shutil
import sys

WRONG_USE = 2
OBJECTS = 100_000  # of the objects that imports make, nearly all stay: 700 is too few to look for garbage


def main() -> None:
    """Runs the command line."""
    gc.set_threshold(OBJECTS, 20, 20)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none is used; looking for them takes 10 ms
    from assets.cli import app

    try:
        app()
    except OSError as error:
        sys.stderr.write(f"{_said(error)}\n")
        raise SystemExit(WRONG_USE) from None


def _said(error: OSError) -> str:
    """What the system refused, where, and what to do; what was whole before is whole still."""
    if isinstance(error, shutil.Error):  # of several files that were copied; the first says enough
        error = OSError(errno.EIO, str(error.args[0][0][2]), error.args[0][0][1])
    where = f" ({error.filename})" if error.filename else ""
    known = {
        errno.ENOSPC: "The disk is full",
        errno.EDQUOT: "The disk quota is used up",
        errno.EFBIG: "A file may not grow any further",
        errno.EROFS: "The folder can only be read",
        errno.EACCES: "This account may not do that here",
    }
    what = known.get(error.errno or 0, error.strerror or type(error).__name__)
    return f"{what}{where}. Nothing was half-written in its place: mend that and run the command again."
