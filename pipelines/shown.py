"""A published figure as readers see it: its value with its marks, or the mark of the kind of no value.

Belongs here: the marks of `data_contracts/interface.yaml` put beside a value. Which marks a figure has was decided in
`statistics.py` and `marks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.interface import load_interface

BEFORE = ("at_least",)


def shown(value: float | None, *, status: str, method: str, note: str, root: Path = PACKAGE_ROOT) -> str:
    """The figure with all its marks: before the number those that change its reading, behind it the letters."""
    number = number_of(value, status=status, method=method, note=note, root=root)
    letters = letters_of(value, note=note, root=root)
    return f"{number} {letters}" if letters else number


def number_of(value: float | None, *, status: str, method: str, note: str, root: Path = PACKAGE_ROOT) -> str:
    """The number with the marks of rounding and of a lower bound; without a value the mark of its state."""
    marks = _marks(root)
    if value is None:
        return marks["OBS_STATUS"][status]
    before = "".join(
        mark for code, mark in marks["OBS_NOTE"].items() if code in BEFORE and code in note.split(";")
    )
    rounded = marks["OBS_METHOD"].get(method.partition("x")[0], "")
    return f"{before}{rounded}{value:.0f}" if value == int(value) else f"{before}{rounded}{value:g}"


def letters_of(value: float | None, *, note: str, root: Path = PACKAGE_ROOT) -> str:
    """The letters behind a value, in the order of the interface: break, low reliability, provisional and so on."""
    if value is None:
        return ""
    own = note.split(";")
    return "".join(
        mark for code, mark in _marks(root)["OBS_NOTE"].items() if code in own and code not in BEFORE
    )


@cache
def _marks(root: Path) -> Mapping[str, Mapping[str, str]]:
    interface = load_interface(root)
    return {
        name: {value.code: value.mark for value in interface.observation_column(name).values if value.mark}
        for name in ("OBS_STATUS", "OBS_METHOD", "OBS_NOTE")
    }
