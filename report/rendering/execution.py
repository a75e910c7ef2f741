"""Executes the Python cells of a manuscript, once, in a kernel of its own.

Belongs here: cutting cells and inline expressions, running them, putting their Markdown where they stood.
A cell may hand over Markdown only: charts and tables arrive as Markdown that names their files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data_contracts.strings import load_values
from report.rendering.errors import ReportError
from report.rendering.kernel import CELL_SECONDS, Kernel
from report.rendering.source import Line, Source, escape

CELL_OPTIONS = ("include", "output", "echo", "label")

_OPEN = re.compile(r"^```\{python\}\s*$")
_CLOSE = re.compile(r"^```\s*$")
_OTHER_CELL = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{[A-Za-z]")
_OPTION = re.compile(r"^#\|\s?")
_INLINE = re.compile(r"`\{python\}\s+([^`]+?)\s*`")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SETUP = """
import os as _tesat_os
_tesat_os.environ.update({environment!r})
_tesat_os.chdir({project!r})
from IPython.display import display as _tesat_display
def _tesat_say(value):
    markdown = getattr(value, "_repr_markdown_", None)
    _tesat_display({{"text/markdown": markdown()}} if markdown else {{"text/plain": str(value)}}, raw=True)
"""


@dataclass(frozen=True)
class Text:
    """A run of prose; its inline expressions are executed together, in one go."""

    lines: tuple[Line, ...]

    @property
    def expressions(self) -> list[tuple[str, str]]:
        """Each inline expression with its place, in order."""
        return [(found[1], line.place) for line in self.lines for found in _INLINE.finditer(line.text)]


@dataclass(frozen=True)
class Cell:
    """One ```{python} block, with the place of its first line and whether its output is shown."""

    code: str
    place: str
    shown: bool


@dataclass(frozen=True)
class Manuscript:
    """Executed Markdown, every line with its place, and the metadata in force."""

    lines: tuple[Line, ...]
    metadata: Mapping[str, str]

    @property
    def text(self) -> str:
        """The Markdown as pandoc reads it."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def place_of(self, *tokens: str) -> str:
        """The place of the first line that holds one of the tokens."""
        return next((place for token in tokens for place in self.places_of(token)), "index.qmd")

    def places_of(self, token: str) -> list[str]:
        """The places of all lines that hold a token, each once."""
        pattern = re.compile(re.escape(token) + (r"(?![\w-])" if token[-1:].isalnum() else ""))
        return list(dict.fromkeys(line.place for line in self.lines if pattern.search(line.text)))

    def place_at(self, number: int) -> str:
        """The place of a line of `text`, counted from one, as pandoc counts."""
        for line in self.lines:
            number -= line.text.count("\n") + 1
            if number <= 0:
                return line.place
        return self.lines[-1].place if self.lines else "index.qmd"


def execute(
    source: Source, project: Path, *, environment: Mapping[str, str], kernel: Kernel | None = None
) -> Manuscript:
    """Run all cells in order, in a kernel that is ready or else one of its own, and return the Markdown they gave.

    Raises:
        ReportError: A cell that fails, prints, or hands over something other than Markdown, with its place.
    """
    problems: list[str] = []
    parts = list(_parts(source.lines, problems))
    codes = [part.code if isinstance(part, Cell) else _inline_code(part, problems) for part in parts]
    if problems:
        raise ReportError.of(problems)
    outputs = _run(parts, codes, project, environment, kernel) if any(codes) else [[] for _ in codes]
    lines: list[Line] = []
    for part, given in zip(parts, outputs, strict=True):
        written = _block(part, given, problems) if isinstance(part, Cell) else _prose(part, given, problems)
        lines.extend(written)
    if problems:
        raise ReportError.of(problems)
    return Manuscript(tuple(lines), source.metadata)


def _parts(lines: Sequence[Line], problems: list[str]) -> Iterator[Text | Cell]:
    prose: list[Line] = []
    code: list[Line] | None = None
    for line in lines:
        if code is None and _OPEN.match(line.text):
            yield Text(tuple(prose))
            prose, code = [], [line]
        elif code is not None and _CLOSE.match(line.text):
            yield _cell(code, problems)
            code = None
        elif code is not None:
            code.append(line)
        else:
            if _OTHER_CELL.match(line.text):
                problems.append(
                    f"{line.place}: {line.text.strip()} is not executed here; "
                    "a cell opens with ```{python} at the start of its line, options below it as #| lines."
                )
            prose.append(line)
    if code is not None:
        problems.append(f"{code[0].place}: the Python cell that opens here is never closed.")
    yield Text(tuple(prose))


def _cell(lines: Sequence[Line], problems: list[str]) -> Cell:
    place = lines[0].place
    options = [_OPTION.sub("", line.text) for line in lines[1:] if _OPTION.match(line.text)]
    try:
        settings = load_values("\n".join(options)) or {}
    except yaml.YAMLError:
        settings = {"\n".join(options): None}
    unknown = sorted(str(key) for key in set(settings) - set(CELL_OPTIONS))
    if unknown or settings.get("echo") is True:
        problems.append(
            f"{place}: the cell option {', '.join(unknown) or 'echo: true'} is not supported here; "
            f"known are {', '.join(CELL_OPTIONS)}, and code is never shown."
        )
    shown = settings.get("include") is not False and settings.get("output") is not False
    return Cell("\n".join(line.text for line in lines[1:]), place, shown)


def _inline_code(text: Text, problems: list[str]) -> str:
    for expression, place in text.expressions:
        try:
            ast.parse(expression, mode="eval")
        except SyntaxError as error:
            problems.append(f"{place}: `{expression}` is not a Python expression: {error.msg}.")
    return "\n".join(f"_tesat_say({expression})" for expression, _ in text.expressions)


def _run(
    parts: Sequence[Text | Cell],
    codes: Sequence[str],
    project: Path,
    environment: Mapping[str, str],
    kernel: Kernel | None,
) -> list[list[dict[str, Any]]]:
    """The outputs of each part; a part without code gives none."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError
    from nbformat.v4 import new_code_cell, new_notebook

    running = [(part, new_code_cell(code)) for part, code in zip(parts, codes, strict=True) if code]
    setup = _SETUP.format(environment=dict(environment), project=str(project.absolute()))
    notebook = new_notebook(cells=[new_code_cell(setup), *(cell for _, cell in running)])
    with kernel or Kernel() as ready:
        try:
            ready.run(notebook)
        except (CellExecutionError, CellTimeoutError, RuntimeError) as error:  # the last: it died
            raise _failure(running, error) from error
    given = {id(part): list(cell.outputs) for part, cell in running}
    return [given.get(id(part), []) for part in parts]


def _failure(running: Sequence[tuple[Text | Cell, Any]], error: Exception) -> ReportError:
    begun = [part for part, cell in running if "execution" in cell.metadata]
    place = _place(begun[-1]) if begun else "index.qmd"
    if isinstance(error, TimeoutError):
        return ReportError(
            f"{place}: the code here takes longer than {CELL_SECONDS} s; is it caught in a loop?"
        )
    for part, cell in running:
        failed = [output for output in cell.outputs if output.output_type == "error"]
        if failed:
            said = _COLOUR.sub("", f"{failed[0].ename}: {failed[0].evalue}")
            if isinstance(part, Cell):
                return ReportError(f"{part.place}: the Python cell fails: {said}")
            done = sum(output.output_type == "display_data" for output in cell.outputs)
            expression, where = part.expressions[min(done, len(part.expressions) - 1)]
            return ReportError(f"{where}: `{expression}` fails: {said}")
    said = " ".join(str(error).split())[:200]
    return ReportError(f"{place}: the Python kernel stopped here: {type(error).__name__}: {said}")


def _place(part: Text | Cell) -> str:
    return part.place if isinstance(part, Cell) else part.expressions[0][1]


def _markdown(output: Mapping[str, Any], place: str, problems: list[str]) -> str:
    """The Markdown of one output; what is written to the error stream is not looked at."""
    if output["output_type"] == "stream" and output["name"] == "stderr":
        return ""
    data = output.get("data", {})
    if "text/markdown" not in data:
        seen = output.get("text") or data.get("text/plain", "")
        problems.append(
            f"{place}: the cell gives {seen[:60]!r}; a cell must give Markdown (an object with _repr_markdown_)."
        )
        return ""
    return str(data["text/markdown"])


def _block(cell: Cell, outputs: Sequence[Mapping[str, Any]], problems: list[str]) -> Iterator[Line]:
    yield Line("", cell.place)
    for output in outputs if cell.shown else ():
        for text in [*_markdown(output, cell.place, problems).splitlines(), ""]:
            yield Line(text, cell.place)


def _prose(text: Text, outputs: Sequence[Mapping[str, Any]], problems: list[str]) -> Iterator[Line]:
    """The prose with its values filled in: one value an expression, and nothing printed beside it."""
    shown = [output["data"] for output in outputs if output["output_type"] == "display_data"]
    printed = [output["text"] for output in outputs if output.get("name") == "stdout"]
    if printed or len(shown) != len(text.expressions):
        problems.append(
            f"{_place(text)}: the inline expressions from here on print {''.join(printed)[:60]!r} or show "
            f"{len(shown)} values where {len(text.expressions)} stand; an expression only returns its value."
        )
        return
    values = iter(
        str(data["text/markdown"]) if "text/markdown" in data else escape(data["text/plain"])
        for data in shown
    )
    for line in text.lines:
        yield Line(_INLINE.sub(lambda _: next(values), line.text), line.place)
