"""Calls typst: a folder with `main.typ` in, a PDF that keeps PDF/A-3a and PDF/UA-1 out, the same bytes each time.

Where typst cannot keep both standards, or warns, nothing is published.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from report.rendering.errors import ReportError
from report.rendering.words import FONTS

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]


def typeset(folder: Path, name: str, *, stamp: int) -> bytes:
    """The PDF of `main.typ`; `name` is that of the file to be, for messages, `stamp` its time in seconds since 1970.

    Raises:
        ReportError: Typst fails, warns, or cannot keep the standards.
    """
    import typst

    try:
        compiled, warnings = typst.compile_with_warnings(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards=[*STANDARDS],
            timestamp=stamp,
        )
    except typst.TypstError as error:
        hints = " ".join(error.hints or [])
        raise ReportError(f"{name}: typst refuses: {error.message} {hints}\n{error.diagnostic}") from error
    if warnings:
        raise ReportError(f"{name}: typst warns: {'; '.join(warning.message for warning in warnings)}")
    return bytes(compiled)


def quoted(value: str) -> str:
    """A typst string."""
    return json.dumps(value, ensure_ascii=False)


def call(name: str, given: dict[str, str]) -> str:
    """The opening of a typst file whose body a function of `NAME.typ` sets; arguments are written as typst has them."""
    arguments = ",\n  ".join(f"{key}: {value}" for key, value in given.items())
    return f'#import "{name}.typ": *\n#show: {name}.with(\n  {arguments},\n)\n\n'


def listed(items: list[str]) -> str:
    """A typst array, which is one with a single item too."""
    return f"({''.join(f'{item}, ' for item in items)})"


def named(given: dict[str, str]) -> str:
    """A typst dictionary of strings; an underscore is a hyphen there."""
    pairs = "".join(f"{key.replace('_', '-')}: {quoted(value)}, " for key, value in given.items())
    return f"({pairs or ':'})"
