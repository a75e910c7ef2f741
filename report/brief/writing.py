"""The door of the brief: an edition's files in, the brief in the formats of the report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from report.brief.content import brief_of
from report.brief.pdf import write_pdf
from report.brief.word import write_word
from report.brief.written import written
from report.edition import Edition
from report.rendering.document import Document
from report.rendering.words import read_words


def write_brief(
    edition: Edition, path: Path, *, formats: Sequence[str], metadata: Mapping[str, str]
) -> list[Path]:
    """Write the brief into the release as PDF and Word, where these formats are asked for.

    A project without a `brief.yaml` has no brief.

    Raises:
        ReportError: The brief does not fit two pages, or typst or pandoc refuse it.
    """
    if not path.is_file() or not {"pdf", "docx"} & set(formats):
        return []
    document = Document([], {}, metadata, read_words(metadata["language"]), (edition.folder,))
    brief = written(brief_of(edition, path), document)
    writers = {"pdf": write_pdf, "docx": write_word}
    return [write(brief, edition.folder, document) for name, write in writers.items() if name in formats]
