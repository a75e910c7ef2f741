"""Draws the figures of a staged release and renders its report (to be written)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw_figures(release: Path, *, formats: Sequence[str]) -> dict[str, str | None]:
    """Draws nothing yet."""
    return {}


def render_report(release: Path, *, formats: Sequence[str]) -> list[Path]:
    """Renders nothing yet."""
    return []
