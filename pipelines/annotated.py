"""Writes the partner's own workbook again, with every faulty cell marked: the way back that needs no reading of codes.

Belongs here: what may be written, the order of the work, the file. The workbook to mark comes from
`annotated_source.py`; marks are `annotated_marks.py`, the sheet of findings is `annotated_sheet.py`. The return
itself is only read. The same inputs give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from data_contracts.translations import Translated
from pipelines.annotated_comments import boxes
from pipelines.annotated_marks import mark
from pipelines.annotated_sheet import write_sheet
from pipelines.annotated_source import BROKEN, PROPERTIES, Source, cannot_be_written, source_of
from pipelines.answer_forms import answer_to
from pipelines.checking import CheckResult
from pipelines.errors import AnnotationError
from pipelines.screening import PREFIX

_HANDLING = "C-handling-refused"
_CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_annotated(path: Path, target: Path, result: CheckResult, *, texts: Translated) -> None:
    """Writes the marked workbook of a return that could be read; a target that is there is replaced.

    Raises:
        AnnotationError: The return may not be copied, or its workbook cannot be written again.
    """
    if target.exists() and target.samefile(path):
        raise AnnotationError(f"{target} is the return itself, which stays as it is. Name another file.")
    codes = {found.code for found in result.findings}
    if any(code.startswith(PREFIX) for code in codes):
        raise AnnotationError(
            "the return holds what reads like personal data, and a copy would hold it too. Delete that first."
        )
    if _HANDLING in codes:
        raise AnnotationError("the return's handling does not permit a copy. Mend that on the cover first.")
    source = source_of(path, headers=result.headers, catalog=texts.catalog)
    answer = answer_to(result, path=path, texts=texts)
    try:
        links = mark(source, answer)
        write_sheet(source, answer, links)
        content = _bytes(source)
    except BROKEN as error:
        raise cannot_be_written() from error
    target.write_bytes(content)


def _bytes(source: Source) -> bytes:
    """The workbook's bytes, with the boxes of its comments, without the time at which it was written."""
    moment = source.book.properties.modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    written = io.BytesIO()
    source.book.save(written)
    drawn = {sheet.legacy_drawing: sheet for sheet in source.book.worksheets if sheet.legacy_drawing}
    content = io.BytesIO()
    with zipfile.ZipFile(written) as book, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in book.namelist():
            part = book.read(name)
            if name == PROPERTIES:
                part = _CHANGED.sub(rb"\g<1>" + moment + rb"\g<2>", part)
            elif name in drawn:
                part = boxes(drawn[name], source.book.index(drawn[name]) + 1)
            fixed.writestr(zipfile.ZipInfo(name, _MOMENT), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()
