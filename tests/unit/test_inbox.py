"""Times of receipt: what of `received.csv` is used, and what is said of a line that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from pipelines.inbox import receipts

GOOD = "path,received_at\n2025/a.xlsx,2026-03-02T09:30:00Z\n"
BAD = {
    "path,received_at\na.xlsx,yesterday\nb.xlsx,2026-03-02T09:30:00Z\nc.xlsx,\n": "line 2, 4: received_at is not a time",
    "path,received_at\na.xlsx,2026-03-02T09:30:00\n": "line 2: received_at is not a time with its zone",
    "path,at\na.xlsx,2026-03-02T09:30:00Z\n": "lacks received_at",
    "": "lacks path and received_at",
    "path,received_at\nŠćepan.xlsx,x\n".encode("utf-16"): "cannot be read as CSV in UTF-8",
}


def written(folder: Path, content: str | bytes) -> Path:
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "received.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return inbox


def test_a_time_is_told_in_utc(tmp_path: Path) -> None:
    inbox = written(tmp_path, GOOD + "inbox/b.csv,2026-03-02T09:30:00+02:00\n")
    assert receipts(inbox) == {"2025/a.xlsx": "2026-03-02T09:30:00Z", "b.csv": "2026-03-02T07:30:00Z"}


@pytest.mark.parametrize("content", BAD)
def test_a_list_that_cannot_be_used_is_said_to_be_by_line(tmp_path: Path, content: str | bytes) -> None:
    inbox = written(tmp_path, content)
    for command in (["status"], ["build", "--output", str(tmp_path / "out")]):
        done = CliRunner().invoke(app, [*command, "--inbox", str(inbox), "--year", "2025"])
        assert (done.exit_code, BAD[content] in done.output) == (2, True), done.output
    assert not (tmp_path / "out").exists()
