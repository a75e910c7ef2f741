"""Reads a Quarto project into lines that know where they stand.

Belongs here: front matter, `{{< include >}}`, `{{< meta >}}`, `{{< pagebreak >}}`. Python cells are cut and
executed in `execution.py`; what the Markdown means is read by pandoc (`document.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from data_contracts.strings import load_values
from report.rendering.errors import ReportError

DEEPEST_INCLUDE = 8
# The chapters that only the web edition has, and the class of the empty division that stands before them.
WEB, WEB_ONLY = "web.qmd", "web-only"

_SHORTCODE = re.compile(r"\{\{<\s*(\S+)\s*(.*?)\s*>\}\}")
_INCLUDE = re.compile(r"^\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_FRONT = "---"


@dataclass(frozen=True)
class Line:
    """One line of Markdown and the place it came from, such as `chapters/trends.qmd:12`."""

    text: str
    place: str


@dataclass(frozen=True)
class Source:
    """The whole manuscript before its cells are executed, with the metadata in force."""

    lines: tuple[Line, ...]
    metadata: Mapping[str, str]


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly this text."""
    return _PUNCTUATION.sub(r"\\\1", text)


def read_source(project: Path, metadata: Mapping[str, str], *, web: bool = False) -> Source:
    """Read `index.qmd`, its includes and its metadata.

    The metadata handed over stands above the front matter, which stands above `_quarto.yml`. With `web` the
    chapters of `web.qmd` follow, where the project has one: only the web edition holds them.

    Raises:
        ReportError: Every file, include, metadata key and shortcode that is not known, with its place.
    """
    project = project.resolve()
    index = project / "index.qmd"
    if not index.is_file():
        raise ReportError(f"{index}: there is no index.qmd; a report project needs one.")
    given = {**plain_values(project_settings(project)), **metadata}
    front = front_matter(index)
    own = {key: value for key, value in plain_values(front.settings).items() if key not in metadata}
    problems: list[str] = []
    known = {**given, **_resolved(own, given, problems)}
    lines: list[Line] = []
    read = [*_included(project, index, front.length, (), problems)]
    if web and (project / WEB).is_file():
        read += [
            Line(f"\n::: {{.{WEB_ONLY}}}\n:::\n", WEB),
            *_included(project, project / WEB, 0, (), problems),
        ]
    for line in read:
        try:
            lines.append(Line(_shortcodes(line, known), line.place))
        except ReportError as error:
            problems.append(str(error))
    if problems:
        raise ReportError.of(problems)
    return Source(tuple(lines), known)


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the two `---` at the top of a file, and the number of lines it takes."""

    settings: Mapping[str, Any]
    length: int


def project_settings(project: Path) -> dict[str, Any]:
    """What `_quarto.yml` says, nothing where there is none."""
    path = project / "_quarto.yml"
    return _mapping(_text(path), path.name) if path.is_file() else {}


def plain_values(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings that `{{< meta >}}` can show: words, numbers and dates."""
    return {key: str(value) for key, value in settings.items() if isinstance(value, str | int | float | date)}


def front_matter(index: Path) -> FrontMatter:
    """The front matter of a file.

    Raises:
        ReportError: It is never closed, or is not YAML.
    """
    lines = _text(index).splitlines()
    if not lines or lines[0].strip() != _FRONT:
        return FrontMatter({}, 0)
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == _FRONT), None)
    if end is None:
        raise ReportError(f"{index.name}:1: the front matter opens with --- and is never closed.")
    return FrontMatter(_mapping("\n".join(lines[1:end]), f"{index.name}:1"), end + 1)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8.") from error


def _mapping(text: str, place: str) -> dict[str, Any]:
    try:
        loaded = load_values(text)
    except yaml.YAMLError as error:
        raise ReportError(f"{place}: not valid YAML: {' '.join(str(error).split())}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ReportError(f"{place}: expected `key: value` lines, found {type(loaded).__name__}.")
    return loaded


def _resolved(front: Mapping[str, str], given: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """The front matter with its own `{{< meta >}}` filled in from above."""
    resolved = {}
    for key, value in front.items():
        try:
            resolved[key] = _SHORTCODE.sub(lambda found: _value(found, given, "index.qmd:1"), value)
        except ReportError as error:
            problems.append(str(error))
    return resolved


def _included(
    project: Path, path: Path, first: int, above: tuple[Path, ...], problems: list[str]
) -> Iterator[Line]:
    name = path.relative_to(project).as_posix()
    for number, text in enumerate(_text(path).splitlines(), start=1):
        place = f"{name}:{number}"
        if number <= first:
            continue
        if above and number == 1 and text.strip() == _FRONT:
            problems.append(
                f"{place}: an included file has no front matter of its own; move it to index.qmd."
            )
        include = _INCLUDE.match(text)
        if include is None:
            yield Line(text, place)
            continue
        here = project if include[1].startswith("/") else path.parent
        target = (here / include[1].lstrip("/")).resolve()
        refused = _refused_include(project, target, (*above, path))
        if refused:
            problems.append(f"{place}: {refused}")
            continue
        yield from _included(project, target, 0, (*above, path), problems)
        yield Line("", place)


def _refused_include(project: Path, target: Path, above: tuple[Path, ...]) -> str:
    if not target.is_relative_to(project):
        return f"includes {target.name}, which lies outside the report project."
    if not target.is_file():
        return f"includes {target.relative_to(project).as_posix()}, which does not exist."
    if target in above:
        return f"{target.name} includes itself; take one of the includes out."
    if len(above) > DEEPEST_INCLUDE:
        return f"includes {target.name}, deeper than {DEEPEST_INCLUDE} files; include it higher up."
    return ""


def _shortcodes(line: Line, known: Mapping[str, str]) -> str:
    def replaced(found: re.Match[str]) -> str:
        if found[1] == "pagebreak":
            return "::: {.pagebreak}\n:::"
        return escape(_value(found, known, line.place))

    return _SHORTCODE.sub(replaced, line.text)


def _value(found: re.Match[str], known: Mapping[str, str], place: str) -> str:
    """What a `meta` shortcode stands for."""
    name, argument = found[1], found[2]
    if name != "meta":
        raise ReportError(
            f"{place}: the shortcode {name!r} is not supported here; "
            "use include (alone on its line), meta or pagebreak."
        )
    if argument not in known:
        raise ReportError(
            f"{place}: {{{{< meta {argument} >}}}} is not known; known are {', '.join(sorted(known))}."
        )
    return known[argument]
