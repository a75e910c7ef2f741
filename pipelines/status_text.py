"""The status of a year for a terminal: a table of at most 100 columns, what needs doing, and a legend.

Belongs here: lines and colours. What is shown is `status.py`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from pipelines.status import (
    PartnerStatus,
    Status,
    Submission,
    date_in_words,
    legend,
    outcome_in_words,
    summary,
)

WIDTH = 100
_GAP = 2
_NONE = "-"
_COLOURS = {
    "rejected": "31",
    "missing": "31",
    "late": "33",
    "pending": "36",
    "withdrawn": "31",
    "unchecked": "36",
    "in_inbox": "36",
}


def to_text(status: Status, *, colours: bool = False) -> str:
    """The whole status; colours only for a terminal, and never the only sign of anything."""
    lines = [
        f"{status.name}: returns for {status.reference_year}",
        f"Deadline: {date_in_words(status.deadline)}, UTC" if status.deadline else "No deadline is set",
        summary(status),
    ]
    for datasets in _blocks(status):
        lines += ["", *_table(status, datasets, colours=colours)]
    lines += _to_do(status)
    lines += ["", *(f"{_shown(state)}: {meaning}" for state, meaning in legend(status).items())]
    for note in status.footnotes:
        lines += ["", *_wrapped(note)]
    return "\n".join(lines) + "\n"


def _shown(state: str) -> str:
    return state.replace("_", " ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ")


def _blocks(status: Status) -> Iterable[list[str]]:
    """The datasets in blocks, each as wide as the terminal allows beside the columns of the partner."""
    room = WIDTH - sum(width + _GAP for width in _fixed(status))
    block: list[str] = []
    for dataset in status.datasets:
        if block and sum(_cell(status, name) + _GAP for name in (*block, dataset)) > room:
            yield block
            block = []
        block.append(dataset)
    yield block


def _fixed(status: Status) -> tuple[int, ...]:
    """Widths of the columns partner, received, number, and open warnings."""
    return max(len("partner"), *(len(partner.name) for partner in status.partners)), 15, 3, 8


def _cell(status: Status, dataset: str) -> int:
    states = (partner.datasets[dataset].state for partner in status.partners)
    return max(len(_shown(name)) for name in (dataset, *states))


def _table(status: Status, datasets: Sequence[str], *, colours: bool) -> list[str]:
    first, received, number, warnings = _fixed(status)
    widths = (first, received, number, *(_cell(status, name) for name in datasets), warnings)
    head = ("partner", "received", "no.", *map(_shown, datasets), "warnings")
    rows = [_line(head, widths), "-" * (sum(widths) + _GAP * (len(widths) - 1))]
    for partner in status.partners:
        states = [partner.datasets[name].state for name in datasets]
        late = "late" if partner.late else ""
        cells = (
            partner.name,
            _received(partner),
            _NONE if partner.submission is None else str(partner.submission),
            *map(_shown, states),
            f"{partner.open_warnings} open" if partner.open_warnings else _NONE,
        )
        marks = ("", late, "", *states, "")
        rows.append(_line(cells, widths, marks if colours else ()))
    return rows


def _received(partner: PartnerStatus) -> str:
    if partner.received_at is None:
        return _NONE
    return partner.received_at[:10] + (" late" if partner.late else "")


def _line(cells: Sequence[str], widths: Sequence[int], marks: Sequence[str] = ()) -> str:
    """The cells side by side; a cell with a mark of the colours in its colour."""
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    for place, mark in enumerate(marks):
        if mark in _COLOURS:
            padded[place] = f"\033[{_COLOURS[mark]}m{padded[place]}\033[0m"
    return (" " * _GAP).join(padded).rstrip()


def _to_do(status: Status) -> list[str]:
    """What was handed over and does not count, with the codes of its errors."""
    lines = [
        f"{partner.name}, {_told(entry)}"
        for partner in status.partners
        for entry in partner.submissions
        if entry.outcome != "accepted"
    ]
    lines += [f"Partner or year unknown, {_told(entry)}" for entry in status.unidentified]
    wrapped = [part for line in lines for part in _wrapped(f"  {line}")]
    return ["", "Does not count:", *wrapped] if lines else []


def _told(entry: Submission) -> str:
    number = "" if entry.submission is None else f"submission {entry.submission}, "
    name = "" if entry.name is None else f" ({entry.name})"
    codes = f": {', '.join(entry.codes)}" if entry.codes else ""
    return f"{number}{outcome_in_words(entry)}{name}{codes}"
