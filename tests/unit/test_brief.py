"""The brief's own words: every mark is explained, and what does not fit is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.interface import load_interface
from report.brief.content import Brief, _marks
from report.brief.pdf import write_pdf
from report.brief.written import written
from report.building import BRIEF, PROJECT
from report.keyed import keyed
from report.markdown import bullets, plain
from report.rendering.document import Document
from report.rendering.errors import ReportError
from report.rendering.words import read_words

WORDS = yaml.safe_load((PROJECT / BRIEF).read_text(encoding="utf-8"))
METADATA = {
    "title": "Report",
    "subtitle": "Region, reference year 2025",
    "language": "en",
    "date": "2026-06-30",
}


def brief(points: list[str]) -> Brief:
    sections = {"points": bullets(points), "partners": "", "limits": "", "marks": "", "source": "Source."}
    return Brief(WORDS["words"], (), sections)


def edition(folder: Path) -> Document:
    return Document([], {}, METADATA, read_words("en"), (folder,))


def test_every_mark_of_the_interface_is_explained() -> None:
    interface = load_interface(PACKAGE_ROOT)
    columns = (interface.observation_column(name) for name in ("OBS_STATUS", "OBS_METHOD", "OBS_NOTE"))
    assert {value.mark for column in columns for value in column.values if value.mark} == set(WORDS["marks"])


def test_only_the_marks_that_occur_are_explained_and_an_unknown_one_is_told() -> None:
    said = plain(keyed("~25 b", "arrests:WB6.2025.PERSONS")) + plain(keyed("5 of 6", "edition:returned"))
    shown = _marks({"~": "rounded", "b": "break", "r": "revised"}, said, datasets={"arrests"})
    assert "rounded" in shown and "break" in shown and "revised" not in shown
    with pytest.raises(ReportError, match=r"brief.yaml: b occur on figures of the brief"):
        _marks({"~": "rounded"}, said, datasets={"arrests"})


def test_few_words_are_set_large_and_many_small_on_two_pages(tmp_path: Path) -> None:
    sizes = [
        write_pdf(
            written(brief([point] * count), edition(tmp_path)), tmp_path, edition(tmp_path)
        ).read_bytes()
        for count, point in (
            (3, "A point."),
            (24, "A point that goes on for a while, and then a little longer. " * 2),
        )
    ]
    from io import BytesIO

    from pypdf import PdfReader

    assert [len(PdfReader(BytesIO(made)).pages) for made in sizes] == [2, 2]


def test_what_does_not_fit_two_pages_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"brief.pdf: 3 pages instead of 2; shorten brief.yaml"):
        write_pdf(written(brief(["A point. " * 40] * 24), edition(tmp_path)), tmp_path, edition(tmp_path))
