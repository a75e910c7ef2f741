"""Labels broken into lines, so that no chart cuts them."""

from __future__ import annotations

import textwrap


def wrapped(label: str, width: int) -> str:
    """The label with line breaks of the charts' own markup."""
    return "<br>".join(textwrap.wrap(label, width, break_long_words=False)) or label
