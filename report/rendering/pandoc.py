"""Calls the pandoc inside `pypandoc_binary`; a warning is an error."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from report.rendering.errors import ReportError

Node = dict[str, Any]
PANDOC_SECONDS = 120
API = [1, 23, 1]
# Links to headings have names: `[Introduction]` in running text is no link.
MARKDOWN = "markdown-implicit_header_references"

_WARNING = re.compile(r"^\[WARNING\]\s*", re.MULTILINE)


def tree_of(blocks: Sequence[Node], *, metadata: Mapping[str, str] | None = None) -> Node:
    """A whole syntax tree around blocks."""
    meta = {key: {"t": "MetaString", "c": value} for key, value in (metadata or {}).items()}
    return {"pandoc-api-version": API, "meta": meta, "blocks": list(blocks)}


def parse(markdown: str) -> tuple[list[Node], list[str]]:
    """Markdown as the blocks of pandoc's syntax tree, and what pandoc warned of while reading it.

    Raises:
        ReportError: Pandoc failed.
    """
    written, complaint = _called(["--from", MARKDOWN, "--to", "json"], markdown.encode())
    blocks: list[Node] = json.loads(written)["blocks"]
    return blocks, [" ".join(warning.split()) for warning in _WARNING.split(complaint) if warning.strip()]


def write(tree: Node, target: str, *, arguments: Sequence[str] = (), stamp: int = 0) -> bytes:
    """A syntax tree in another format; `stamp` (seconds since 1970) replaces the clock."""
    given = json.dumps(tree).encode()
    return run(
        ["--from", "json", "--to", target, *arguments], given, environment={"SOURCE_DATE_EPOCH": str(stamp)}
    )


def run(arguments: Sequence[str], given: bytes, *, environment: Mapping[str, str] | None = None) -> bytes:
    """What pandoc writes to standard output.

    Raises:
        ReportError: Pandoc failed or warned.
    """
    written, complaint = _called(arguments, given, environment=environment)
    if complaint:
        raise ReportError(f"pandoc {' '.join(arguments[:4])}: {complaint}")
    return written


def _called(
    arguments: Sequence[str], given: bytes, *, environment: Mapping[str, str] | None = None
) -> tuple[bytes, str]:
    """What pandoc writes to standard output and what it says beside it."""
    import pypandoc

    try:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), *arguments],
            input=given,
            capture_output=True,
            timeout=PANDOC_SECONDS,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReportError(
            f"pandoc {' '.join(arguments[:4])}: no answer in {PANDOC_SECONDS} s; is a file enormous?"
        ) from error
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        raise ReportError(f"pandoc {' '.join(arguments[:4])}: {complaint or f'exit {done.returncode}'}")
    return done.stdout, complaint
