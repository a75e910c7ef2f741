"""The manuscript before its cells: includes, metadata and shortcodes, every problem with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.rendering import pandoc, tree
from report.rendering.errors import ReportError
from report.rendering.source import escape, read_source
from tests.rendered import small_project


def lines_of(project: Path, **metadata: str) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in read_source(project, metadata).lines]


def refusal(project: Path, **metadata: str) -> str:
    with pytest.raises(ReportError) as caught:
        read_source(project, metadata)
    return str(caught.value)


def test_lines_know_where_they_stand_also_two_includes_deep(tmp_path: Path) -> None:
    project = small_project(
        tmp_path,
        "---\ntitle: x\n---\nfirst\n{{< include chapters/a.qmd >}}\nlast",
        chapters__a="a\n{{< include b.qmd >}}",
        chapters__b="\nb {{< meta year >}}",
    )
    found = [(place, text) for place, text in lines_of(project, year="2025") if text]
    assert found == [
        ("index.qmd:4", "first"),
        ("chapters/a.qmd:1", "a"),
        ("chapters/b.qmd:2", "b 2025"),
        ("index.qmd:6", "last"),
    ]


def test_a_slash_leads_to_the_project_and_not_to_the_disk(tmp_path: Path) -> None:
    project = small_project(
        tmp_path, "{{< include chapters/a.qmd >}}", chapters__a="{{< include /b.qmd >}}", b="b"
    )
    assert ("b.qmd:1", "b") in lines_of(project)


def test_a_project_behind_a_link_or_a_relative_path_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path / "real", "{{< include a.qmd >}}", a="words")
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    for project in (Path("linked"), Path("real")):
        assert ("a.qmd:1", "words") in lines_of(project)


def test_all_problems_are_listed_at_once_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "secret.qmd").write_text("secret")
    project = small_project(
        tmp_path / "report",
        "{{< include gone.qmd >}}\n{{< include ../secret.qmd >}}\n\n{{< include a.qmd >}}\n"
        "{{< meta unknown >}}\n{{< video x.mp4 >}}",
        a="{{< include b.qmd >}}",
        b="text\n{{< include a.qmd >}}",
    )
    message = refusal(project, year="2025")
    assert message.startswith("5 problems in the report:")
    for part in (
        "index.qmd:1: includes gone.qmd, which does not exist.",
        "index.qmd:2: includes secret.qmd, which lies outside the report project.",
        "b.qmd:2: a.qmd includes itself; take one of the includes out.",
        "index.qmd:5: {{< meta unknown >}} is not known; known are year.",
        "index.qmd:6: the shortcode 'video' is not supported here; use include (alone on its line), meta or pagebreak.",
    ):
        assert part in message


def test_an_include_among_words_is_refused_rather_than_printed(tmp_path: Path) -> None:
    project = small_project(tmp_path, "see {{< include a.qmd >}}", a="a")
    assert "index.qmd:1: the shortcode 'include' is not supported here" in refusal(project)


def test_includes_end_somewhere(tmp_path: Path) -> None:
    chain = {f"c{number}": f"{{{{< include c{number + 1}.qmd >}}}}" for number in range(12)}
    project = small_project(tmp_path, "{{< include c0.qmd >}}", **chain)
    assert "c7.qmd:1: includes c8.qmd, deeper than 8 files" in refusal(project)


def test_front_matter_of_a_chapter_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path, "{{< include a.qmd >}}", a="---\ntitle: mine\n---\n")
    assert "a.qmd:1: an included file has no front matter of its own" in refusal(project)


def test_metadata_stands_above_front_matter_above_project(tmp_path: Path) -> None:
    project = small_project(
        tmp_path,
        '---\ntitle: "{{< meta title >}}"\nregion: front\nmark: "for {{< meta region >}}"\ndue: 2026-06-01\n---\n'
        "{{< meta title >}}|{{< meta region >}}|{{< meta kind >}}|{{< meta mark >}}|{{< meta due >}}",
    )
    (project / "_quarto.yml").write_text("region: project\nkind: draft\ntoc: true\n")
    assert lines_of(project, title="given")[0][1] == r"given|front|draft|for project|2026\-06\-01"


def test_front_matter_that_asks_for_the_unknown_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path, '---\nsubtitle: "{{< meta subtitle >}}"\n---\n')
    assert "index.qmd:1: {{< meta subtitle >}} is not known" in refusal(project, title="x")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("---\ntitle: x\n", "index.qmd:1: the front matter opens with --- and is never closed."),
        ("---\ntitle: [x\n---\n", "index.qmd:1: not valid YAML"),
        ("---\n- x\n---\n", "index.qmd:1: expected `key: value` lines, found list."),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused(tmp_path: Path, index: str, message: str) -> None:
    assert message in refusal(small_project(tmp_path, index))


def test_a_project_without_index_is_refused(tmp_path: Path) -> None:
    assert "there is no index.qmd; a report project needs one." in refusal(tmp_path)


def test_a_byte_order_mark_is_taken_and_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "index.qmd").write_bytes(b"\xef\xbb\xbf---\ntitle: x\n---\nwords")
    assert lines_of(tmp_path) == [("index.qmd:4", "words")]
    (tmp_path / "index.qmd").write_bytes("Šćepan".encode("cp1250"))
    assert "index.qmd: byte 0 is not UTF-8; save the file as UTF-8." in refusal(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "1. Kosovo* -- \"so\" they say... 'it' is",
        "# no heading",
        "::: {.x}",
        "AT&amp;T <b>a|b</b> $x$ ~2~ ^3^ [x](y) @fig-x ![y] `z` \\ {#id} #tag _a_ **b**",
        "- no list",
        "http://x.org",
    ],
)
def test_escaped_text_is_shown_as_it_stands(text: str) -> None:
    parsed, warnings = pandoc.parse(escape(text))
    assert tree.plain_text(parsed) == text
    assert [block["t"] for block in parsed] == ["Para"]
    assert not warnings
