"""Figures as files: the same bytes each time, drawn with the report's own fonts, and without a browser the JSON."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from report.rendering import images
from report.rendering.errors import ReportError
from report.rendering.images import draw, stable_svg, write_data
from report.rendering.render import render
from report.rendering.words import FONTS
from tests.rendered import ENVIRONMENT, METADATA, PROJECT, tiny_figures
from tests.unit.fixtures.tiny_report import tiny_content


def test_the_same_figures_give_the_same_bytes(tmp_path: Path) -> None:
    drawn = draw(tiny_content.figures(), tmp_path)
    assert drawn.static, "Chromium is needed for this test: apt-get install chromium"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(f"{name}.{end}" for name in drawn.names for end in ("json", "png", "svg"))
    for name in names:
        assert (tmp_path / name).read_bytes() == (tiny_figures() / name).read_bytes(), name


def test_what_did_not_change_is_not_drawn_again_and_what_is_gone_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures, kept = tiny_content.figures(), tmp_path / "kept"
    first, *others = figures
    draw(figures, tmp_path / "before", kept=kept)
    figures[first].update_layout(title="Another title")
    asked: list[str] = []
    really = images._drawn_svg
    monkeypatch.setattr(images, "_drawn_svg", lambda given: asked.extend(given) or really(given))
    draw(figures, tmp_path / "after", kept=kept)
    assert asked == [first]
    for name in others:
        for end in ("svg", "png"):
            drawn = [(tmp_path / time / f"{name}.{end}").read_bytes() for time in ("before", "after")]
            assert drawn[0] == drawn[1] == (tiny_figures() / f"{name}.{end}").read_bytes()
    assert "Another title" in (tmp_path / "after" / f"{first}.svg").read_text(encoding="utf-8")
    assert len(list(kept.iterdir())) == 2 * len(figures)


def test_a_drawing_holds_its_words_as_text_and_no_other_host() -> None:
    drawing = (tiny_figures() / "arrests.svg").read_text(encoding="utf-8")
    for name in tiny_content.TYPES:
        assert f">{name}</text>" in drawing
    assert set(part.split('"')[0] for part in drawing.split("http")[1:]) == {
        "://www.w3.org/2000/svg",
        "://www.w3.org/1999/xlink",
    }


def test_a_picture_for_word_is_sharp() -> None:
    with Image.open(BytesIO((tiny_figures() / "arrests.png").read_bytes())) as picture:
        assert picture.size == (1600, 760)


def test_names_inside_a_drawing_are_stable_and_its_own() -> None:
    drawing = (
        '<svg style="" class="main"><clipPath id="clip4f2a"/><clipPath id="clip4f2ab"/>'
        '<g clip-path="url(#clip4f2a)"/><use href="#clip4f2ab"/></svg>'
    )
    assert stable_svg(drawing, "a") == (
        '<svg><clipPath id="a-0"/><clipPath id="a-1"/><g clip-path="url(#a-0)"/><use href="#a-1"/></svg>'
    )


def test_the_chart_itself_stands_alone_and_sorted() -> None:
    text = (tiny_figures() / "arrests.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert json.loads(text)["layout"]["template"]["layout"]["colorway"]


def text_of(release: Path) -> str:
    """The text of all pages; words of a sentence may stand on two lines of a page's source."""
    pages = sorted(release.rglob("*.html"))
    return " ".join(" ".join(page.read_text(encoding="utf-8") for page in pages).split())


def test_without_a_browser_the_page_is_built_and_the_pdf_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_browser", lambda: None)
    drawn = draw(tiny_content.figures(), tmp_path / "figures")
    assert not drawn.static
    assert sorted(path.name for path in drawn.folder.iterdir()) == [
        "arrests.json",
        "attacks.json",
        "crowded.json",
    ]
    for name, (header, rows) in tiny_content.data().items():
        write_data(drawn.folder / f"{name}.csv", header, rows)
    (_page,) = render(PROJECT, tmp_path, formats=["html"], metadata=METADATA, environment=ENVIRONMENT)
    assert "No drawing of this chart was made; the data stand below it." in text_of(tmp_path)
    with pytest.raises(ReportError, match="static images need Chromium: `apt-get install chromium`"):
        render(PROJECT, tmp_path, formats=["pdf"], metadata=METADATA, environment=ENVIRONMENT)


def test_a_browser_that_fails_is_told_with_the_figures_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaleido.write_fig_from_object_sync", lambda *_, **__: ["it broke"])
    with pytest.raises(ReportError, match=r"could not draw attacks, arrests, crowded: .*it broke"):
        draw(tiny_content.figures(), tmp_path)


def test_the_browser_sees_the_reports_fonts_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look(*_: object, **__: object) -> list[str]:
        seen.append(Path(os.environ["FONTCONFIG_FILE"]).read_text(encoding="utf-8"))
        return ["it broke"]

    monkeypatch.setenv("FONTCONFIG_FILE", "before")
    monkeypatch.setattr("kaleido.write_fig_from_object_sync", look)
    with pytest.raises(ReportError):
        draw(tiny_content.figures(), tmp_path)
    assert seen[0].count("<dir>") == 1 and f"<dir>{FONTS}</dir>" in seen[0]
    assert os.environ["FONTCONFIG_FILE"] == "before"


def test_data_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    write_data(tmp_path / "a.csv", ["Név", "b"], [["Šćepan, Ђорђе", None], ['say "x"', 5]])
    assert (tmp_path / "a.csv").read_bytes() == (
        b"\xef\xbb\xbf" + 'Név,b\n"Šćepan, Ђорђе",\n"say ""x""",5\n'.encode()
    )
