"""The door of the renderer: a report project and an edition's files in, the published formats out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Literal

from report.rendering.document import Document, read_document
from report.rendering.errors import ReportError
from report.rendering.execution import execute
from report.rendering.html import write_html
from report.rendering.html_files import state_files
from report.rendering.kernel import Kernel
from report.rendering.pdf import write_pdf
from report.rendering.sections import kept_sections
from report.rendering.source import read_source

Backend = Literal["embedded", "quarto"]

FILES = {"html": "index.html", "pdf": "report.pdf", "docx": "report.docx"}
REQUIRED_METADATA = ("title", "language", "date")


def render(
    project: Path,
    release: Path,
    *,
    formats: Sequence[str],
    metadata: Mapping[str, str],
    environment: Mapping[str, str],
    backend: Backend = "embedded",
    kept: Path | None = None,
    kernel: Kernel | None = None,
) -> list[Path]:
    """Execute a report project once and write it in every format asked for.

    Args:
        project: The folder that holds `index.qmd`.
        release: The edition's folder; it holds `figures/` and receives the files.
        formats: Any of `html`, `pdf`, `docx`.
        metadata: `title`, `language`, `date` (ISO) and, where known, `subtitle`, `region`, `edition_mark`
            (on every page), `footnote` (foot of every page). All are known to `{{< meta key >}}`.
        environment: What the cells read, beside the process's own environment.
        backend: `embedded`, or `quarto` where the Quarto command line is installed.
        kept: Where an earlier run has kept what it parsed, for the embedded backend.
        kernel: One that is ready; else one is started.

    Raises:
        ReportError: Anything that must not be published, with its place.
    """
    _allow(formats, metadata)
    release.mkdir(parents=True, exist_ok=True)
    if backend == "quarto":
        from report.rendering.quarto import render_with_quarto

        return render_with_quarto(
            project, release, formats=formats, metadata=metadata, environment=environment
        )
    source = read_source(project, metadata, web="html" in formats)
    manuscript = execute(source, project, environment=environment, kernel=kernel)
    static = bool({"pdf", "docx"} & set(formats))
    document = read_document(manuscript, [release, project], static=static, kept=kept_sections(kept))
    return _write(document, release, formats)


def _allow(formats: Sequence[str], metadata: Mapping[str, str]) -> None:
    unknown = sorted(set(formats) - set(FILES))
    if unknown or not formats:
        raise ReportError(f"formats {list(formats)}: known formats are {', '.join(FILES)}.")
    missing = [key for key in REQUIRED_METADATA if not metadata.get(key)]
    if missing:
        raise ReportError(f"metadata: {', '.join(missing)} missing; an edition must state them.")
    try:
        date.fromisoformat(metadata["date"])
    except ValueError as error:
        raise ReportError(f"metadata: date {metadata['date']!r} is not a date such as 2026-06-15.") from error


def _write(document: Document, release: Path, formats: Sequence[str]) -> list[Path]:
    """All formats at once: each one waits mostly for pandoc or typst, which run outside Python's lock."""
    downloads = [(document.words[target], FILES[target]) for target in ("pdf", "docx") if target in formats]

    def html(document: Document, release: Path) -> list[Path]:
        return write_html(document, release, downloads=downloads)

    def docx(document: Document, release: Path) -> list[Path]:
        from report.rendering.docx import write_docx

        return [write_docx(document, release)]

    def pdf(document: Document, release: Path) -> list[Path]:
        return [write_pdf(document, release)]

    writers: dict[str, Callable[[Document, Path], list[Path]]] = {"html": html, "pdf": pdf, "docx": docx}
    with ThreadPoolExecutor(max_workers=len(formats)) as pool:
        running = {
            target: pool.submit(writers[target], document, release) for target in dict.fromkeys(formats)
        }
        written = {target: job.result() for target, job in running.items()}
    for page in written.get("html", ()):
        state_files(release, page)
    return [files[0] for files in written.values()]
