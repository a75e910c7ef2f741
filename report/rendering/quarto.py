"""The second backend: the Quarto command line sets the report that this renderer has executed and checked.

Not exercised by CI with the real command line, which is not on PyPI: tested on the command line that it builds
and on the error outputs that Quarto was seen to give, with a stand-in. Belongs here: the private copy of the
project, the call, and the reading of what Quarto says and writes, for it exits with 0 where a reference or a
metadata key is unknown. Cells are executed once, before Quarto, which would execute them once per format. The
PDF keeps no standard; HTML is one page that shows charts as drawings: PDF/A, PDF/UA, live charts and the web edition
with its search and its own chapters (`web.qmd`) are the embedded backend's.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from report.rendering import tree
from report.rendering.document import Document, picture, read_document
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript, execute
from report.rendering.images import rasterised
from report.rendering.source import escape, front_matter, project_settings, read_source
from report.rendering.words import ASSETS, FONTS

OLDEST = (1, 4)
RENDER_SECONDS = 600
VERSION_SECONDS = 60
WRITTEN = {
    "html": ("html", "index.html"),
    "pdf": ("typst", "report.pdf"),
    "docx": ("docx", "report.docx"),
}
INSTALL = (
    "install Quarto 1.4 or newer (https://quarto.org/docs/download, or `pip install .[quarto]`), "
    "or render with the embedded backend, which needs no command line"
)

_METADATA = "tesat-metadata.yml"
_WORDS = {"title", "subtitle", "region", "edition_mark", "footnote"}
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; font-src data:; "
    "style-src 'unsafe-inline' data:; script-src 'unsafe-inline' data:"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_COMPLAINT = re.compile(
    r"^\W*(WARN(ING)?|ERROR)\b|(?i:unable to resolve|unknown (profile|shortcode)|\?meta:)"
)
_CODE = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_UNRESOLVED = re.compile(
    r"\?meta:[\w.-]*|\?\\?@?(?:fig|tbl|sec)-[\w-]+|class=\"[^\"]*quarto-unresolved-ref[^\"]*\"|\{\{&?(?:lt;|<)"
)
_ELSEWHERE = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\ssrc=\"(?:https?:)?//[^\"]*"
    r"|<link\b[^>]*\shref=\"(?:https?:)?//[^\"]*"
    r"|url\(\s*[\"']?(?:https?:)?//[^)]*|@import\s+[\"'](?:https?:)?//[^\"']*"
)
_CONDITION = re.compile(r"((?:when|unless)-format=\"?)pdf\b")


def render_with_quarto(
    project: Path,
    release: Path,
    *,
    formats: Sequence[str],
    metadata: Mapping[str, str],
    environment: Mapping[str, str],
) -> list[Path]:
    """Write the formats asked for with the Quarto command line.

    Raises:
        ReportError: No Quarto, one too old, or anything that must not be published.
    """
    surroundings = {**os.environ, **environment, "NO_COLOR": "1"}
    surroundings.pop("QUARTO_PROFILE", None)
    quarto = _found(surroundings)
    manuscript = execute(read_source(project, metadata), project, environment=environment)
    document = read_document(manuscript, [release, project], static=True)
    surroundings["SOURCE_DATE_EPOCH"] = str(document.stamp)
    with tempfile.TemporaryDirectory(prefix="tesat-quarto-") as private:
        folder = Path(private) / "report"
        _copy(project, folder, manuscript, document)
        _write_yaml(folder / _METADATA, {key: _shown(key, value) for key, value in metadata.items()})
        written = [
            _rendered(command_line(quarto, target, document.value("language")), target, folder, surroundings)
            for target in dict.fromkeys(formats)
        ]
        return [Path(shutil.copy(path, release / path.name)) for path in written]


def command_line(quarto: str, target: str, language: str) -> list[str]:
    """The call that writes one format."""
    to, name = WRITTEN[target]
    asked = [quarto, "render", "index.qmd", "--to", to, "--output", name]
    return [*asked, "--metadata-file", _METADATA, "-M", f"lang:{language}"]


def _found(surroundings: Mapping[str, str]) -> str:
    quarto = shutil.which("quarto", path=surroundings.get("PATH"))
    if quarto is None:
        raise ReportError(f"backend quarto: there is no `quarto` on the PATH; {INSTALL}.")
    code, said = _called([quarto, "--version"], Path.cwd(), surroundings, VERSION_SECONDS)
    version = re.search(r"^(\d+)\.(\d+)", said, re.MULTILINE)
    if code or version is None:
        raise ReportError(f"backend quarto: `quarto --version` says {said[:80]!r}; {INSTALL}.")
    if (int(version[1]), int(version[2])) < OLDEST:
        raise ReportError(
            f"backend quarto: version {version[0]} cannot set named tables or typst; {INSTALL}."
        )
    return quarto


def _copy(project: Path, folder: Path, manuscript: Manuscript, document: Document) -> None:
    """A private copy with one manuscript: a broken file elsewhere in a project fails every render of it."""
    left = shutil.ignore_patterns("*.qmd", "_quarto*.yml", "_output", ".quarto", "__pycache__")
    shutil.copytree(project, folder, ignore=left)
    for source in (picture(node).source for node in tree.walk(document.blocks) if node["t"] == "Figure"):
        drawing = folder / source
        drawing.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(document.file(source), drawing)
        drawing.with_suffix(".png").write_bytes(rasterised(drawing))
    shutil.copytree(FONTS, folder / "tesat-fonts")
    shutil.copy(ASSETS / "quarto.lua", folder / "tesat.lua")
    _write_yaml(folder / "_quarto.yml", _settings(project_settings(project), document))
    front = yaml.safe_dump(_front(project, document), allow_unicode=True)
    text = _CONDITION.sub(r"\1typst", manuscript.text).replace("::: {.pagebreak}\n:::", "{{< pagebreak >}}")
    (folder / "index.qmd").write_text(f"---\n{front}---\n\n{text}", encoding="utf-8")


def _front(project: Path, document: Document) -> dict[str, Any]:
    """The front matter of the copy: the project's own, with what an edition states above it, and no kernel."""
    own = dict(front_matter(project / "index.qmd").settings)
    own.pop("format", None)
    words = [key for key in ("title", "subtitle", "date", *own) if isinstance(own.get(key, ""), str | date)]
    stated = {key: _shown(key, document.value(key)) for key in words if key in document.metadata}
    return {**own, **stated, "engine": "markdown"}


def _shown(key: str, value: str) -> str:
    """A value as Quarto shows it: it reads the words of a title as Markdown."""
    return escape(value) if key in _WORDS else value


def _settings(own: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """The project's own settings with what a release needs; its profiles and its scripts are left out."""
    formats = own.get("format") if isinstance(own.get("format"), dict) else {}
    needed: dict[str, dict[str, Any]] = {
        "html": {
            "embed-resources": True,
            "html-math-method": "plain",
            "toc": True,
            "include-in-header": [
                {"text": f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'}
            ],
        },
        "typst": {
            "keep-typ": True,
            "mainfont": "Noto Sans",
            "font-paths": ["tesat-fonts"],
            "section-numbering": "1.1",
            "toc": True,
        },
        "docx": {"toc": True},
    }
    return {
        **{key: value for key, value in own.items() if key not in {"project", "profile", "format"}},
        "project": {"type": "default", "output-dir": "_output", "render": ["index.qmd"]},
        "lang": document.value("language"),
        "number-sections": True,
        "filters": [*_listed(own.get("filters")), "tesat.lua"],
        "format": {name: {**_options(formats, name), **options} for name, options in needed.items()},
    }


def _options(formats: Any, name: str) -> dict[str, Any]:
    given = formats.get(name) if isinstance(formats, dict) else None
    return dict(given) if isinstance(given, dict) else {}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _write_yaml(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=True), encoding="utf-8")


def _rendered(command: Sequence[str], target: str, folder: Path, surroundings: Mapping[str, str]) -> Path:
    """Run Quarto for one format and return the file, once nothing in it or beside it is amiss."""
    code, said = _called(command, folder, surroundings, RENDER_SECONDS)
    lines = [line.strip() for line in _COLOUR.sub("", said).splitlines() if line.strip()]
    if code:
        raise ReportError(f"quarto, {target}: exit {code}: {' / '.join(lines[-4:])}")
    _, name = WRITTEN[target]
    path = next((found for found in (folder / "_output" / name, folder / name) if found.is_file()), None)
    problems = [f"quarto, {target}: {line}" for line in lines if _COMPLAINT.search(line)]
    if path is None:
        problems.append(
            f"quarto, {target}: exit 0, but {name} was not written; it said: {' / '.join(lines[-2:])}"
        )
    else:
        problems += [f"quarto, {target}: {name} {problem}" for problem in _amiss(path, target, folder)]
    if path is None or problems:
        raise ReportError.of(problems)
    return path


def _amiss(path: Path, target: str, folder: Path) -> Iterator[str]:
    """What Quarto printed into its output instead of failing."""
    text = "\n".join(_texts(path, target, folder))
    for found in sorted(set(_UNRESOLVED.findall(_CODE.sub("", text)))):
        yield f"shows {found!r}: a reference, a metadata key or a shortcode that was not resolved."
    if target == "html":
        for found in sorted(set(_ELSEWHERE.findall(text))):
            yield f"asks another host: {found[:120]}; a report loads nothing from elsewhere."


def _texts(path: Path, target: str, folder: Path) -> Iterator[str]:
    if target == "html":
        yield path.read_text(encoding="utf-8")
    elif target == "docx":
        with zipfile.ZipFile(path) as package:
            yield package.read("word/document.xml").decode("utf-8")
    else:
        for source in sorted([*folder.glob("*.typ"), *path.parent.glob("*.typ")]):
            yield source.read_text(encoding="utf-8")


def _called(
    command: Sequence[str], folder: Path, surroundings: Mapping[str, str], seconds: float
) -> tuple[int, str]:
    """The exit code and everything said; after `seconds` the process ends with all that it started."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(surroundings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise ReportError(
                f"quarto: no answer in {seconds:g} s to `{' '.join(command[1:])}`; "
                "see whether it waits for the network, or render with the embedded backend."
            ) from error
    return process.returncode, said.decode("utf-8", "replace")
