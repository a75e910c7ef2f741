"""The Quarto backend without Quarto: the call that it makes, and how it reads what Quarto was seen to answer.

The command line is not on PyPI, so a stand-in written by the test takes its place; pandoc runs the filter.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from report.rendering import pandoc, quarto
from report.rendering.errors import ReportError
from report.rendering.quarto import command_line, render_with_quarto
from report.rendering.render import render
from report.rendering.words import ASSETS
from tests.rendered import METADATA, SQUARE, small_chart, small_project

STAND_IN = """#!{python}
import json, os, pathlib, subprocess, sys, zipfile
if sys.argv[1:] == ["--version"]:
    print({version!r}); sys.exit(0)
here = pathlib.Path.cwd()
seen = {{"arguments": sys.argv[1:], "environment": dict(os.environ), "here": str(here)}}
seen["files"] = {{str(p.relative_to(here)): p.read_text(errors="replace") for p in here.rglob("*") if p.is_file() and p.suffix in (".qmd", ".yml", ".lua", ".svg", ".py")}}
seen["names"] = sorted(str(p.relative_to(here)) for p in here.rglob("*") if p.is_file())
with open({log!r}, "a") as log:
    log.write(json.dumps(seen) + "\\n")
said, output, code = json.loads({answer!r})
print(said, file=sys.stderr)
if {sleep}:
    child = subprocess.Popen(["sleep", str({sleep})])
    pathlib.Path({log!r}).with_name("child").write_text(str(child.pid))
    child.wait()
name = sys.argv[sys.argv.index("--output") + 1]
if output is not None:
    folder = here / "_output"; folder.mkdir(exist_ok=True)
    if name.endswith(".docx"):
        with zipfile.ZipFile(folder / name, "w") as package: package.writestr("word/document.xml", output)
    elif name.endswith(".pdf"):
        (folder / name).write_bytes(b"%PDF"); (here / "index.typ").write_text(output)
    else:
        (folder / name).write_text(output)
sys.exit(code)
"""
GOOD = "<html><body><p>words</p></body></html>"
USUAL = "pandoc \n  to: html\n  output-file: index.html\n\nOutput created: _output/index.html"
TEXT = """---
title: "{{< meta title >}}"
subtitle: "{{< meta kind >}}"
format: {html: default}
bibliography: refs.bib
---

# A {#sec-a}

![Cap](figures/one.svg){#fig-one fig-alt="Two bars." .chart}

See @fig-one of 2025, {{< meta region >}}.

{{< pagebreak >}}

::: {.content-visible when-format="pdf"}
On paper.
:::
"""
CELL = '```{python}\nopen("count", "a").write("x"); None\n```\n\n# A {#sec-a}'


class StandIn:
    """A `quarto` on the PATH that writes down how it was called and answers as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "calls.jsonl"

    def answers(
        self,
        said: str = USUAL,
        output: str | None = GOOD,
        code: int = 0,
        *,
        version: str = "1.7.32",
        sleep: float = 0,
    ) -> None:
        path = self.folder / "quarto"
        answer = json.dumps([said, output, code])
        path.write_text(
            STAND_IN.format(
                python=sys.executable, version=version, log=str(self.log), answer=answer, sleep=sleep
            )
        )
        path.chmod(0o755)

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    made = StandIn(folder)
    made.answers()
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = small_project(
        tmp_path / "project", TEXT, other="{{< include gone.qmd >}}\n\n```{python}\n1/0\n```\n"
    )
    (made / "_quarto.yml").write_text(
        "project: {type: website, post-render: evil.py}\nprofile: {default: secret}\nkind: Annual\ntoc: true\n"
        "filters: own.lua\nformat: {html: {theme: cosmo, embed-resources: false}, revealjs: default}\n"
    )
    (made / "refs.bib").write_text("")
    small_chart(tmp_path / "release")
    return made


def made(
    project: Path, formats: Sequence[str] = ("html",), over: Mapping[str, str] | None = None
) -> list[Path]:
    return render(
        project,
        project.parent / "release",
        formats=formats,
        metadata={**METADATA, **(over or {})},
        environment={"TESAT_X": "seen"},
        backend="quarto",
    )


def with_cells(project: Path) -> Path:
    text = (
        (project / "index.qmd")
        .read_text()
        .replace("# A {#sec-a}", CELL)
        .replace("2025,", "`{python} 2024 + 1`,")
    )
    (project / "index.qmd").write_text(text)
    return project


def refusal(project: Path, formats: Sequence[str] = ("html",)) -> str:
    with pytest.raises(ReportError) as caught:
        made(project, formats)
    return str(caught.value)


def test_the_command_line_names_format_file_and_metadata() -> None:
    assert command_line("/q/quarto", "pdf", "en-GB") == [
        "/q/quarto", "render", "index.qmd", "--to", "typst", "--output", "report.pdf",
        "--metadata-file", "tesat-metadata.yml", "-M", "lang:en-GB",
    ]  # fmt: skip
    assert [command_line("q", target, "en")[4:7:2] for target in ("html", "docx")] == [
        ["html", "index.html"],
        ["docx", "report.docx"],
    ]


def test_each_format_is_one_call_and_lands_in_the_release(stand_in: StandIn, project: Path) -> None:
    paths = made(project, ["html", "pdf", "docx", "html"])
    assert paths == [
        project.parent / "release" / name for name in ("index.html", "report.pdf", "report.docx")
    ]
    assert all(path.is_file() for path in paths)
    assert [call["arguments"][3] for call in stand_in.calls] == ["html", "typst", "docx"]
    for call in stand_in.calls:
        assert call["environment"]["TESAT_X"] == "seen"
        assert call["environment"]["SOURCE_DATE_EPOCH"] == "1781481600"
        assert "QUARTO_PROFILE" not in call["environment"]


def test_a_users_profile_does_not_reach_quarto(
    stand_in: StandIn, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUARTO_PROFILE", "secret")
    made(project)
    assert "QUARTO_PROFILE" not in stand_in.calls[0]["environment"]


def test_quarto_works_in_a_private_copy_with_one_manuscript(stand_in: StandIn, project: Path) -> None:
    before = {path.name: path.read_bytes() for path in with_cells(project).iterdir()}
    made(project, ["html", "docx"])
    (call, _) = stand_in.calls
    assert not Path(call["here"]).is_relative_to(project) and not Path(call["here"]).exists()
    assert [name for name in call["names"] if name.endswith(".qmd")] == ["index.qmd"]
    assert {"refs.bib", "tesat-fonts/NotoSans-Regular.ttf", "figures/one.svg", "figures/one.png"} <= set(
        call["names"]
    )
    assert call["files"]["figures/one.svg"] == SQUARE
    after = {path.name: path.read_bytes() for path in project.iterdir()}
    assert after.pop("count") == b"x", "the cells run once, whatever the number of formats"
    assert after == before


def test_the_manuscript_is_executed_and_speaks_quartos_names(stand_in: StandIn, project: Path) -> None:
    made(with_cells(project))
    _, front, text = stand_in.calls[0]["files"]["index.qmd"].split("---\n", 2)
    assert yaml.safe_load(front) == {
        "title": METADATA["title"]
        .replace(":", "\\:")
        .replace("<", "\\<")
        .replace(">", "\\>")
        .replace("&", "\\&"),
        "subtitle": METADATA["subtitle"],
        "date": "2026-06-15",
        "bibliography": "refs.bib",
        "engine": "markdown",
    }
    assert "See @fig-one of 2025, Western Balkans." in text
    assert "{python}" not in text and "{{< meta" not in text
    assert '::: {.content-visible when-format="typst"}\nOn paper.' in text
    assert "{{< pagebreak >}}" in text


def test_settings_are_the_projects_own_with_what_a_release_needs(stand_in: StandIn, project: Path) -> None:
    made(project)
    files = stand_in.calls[0]["files"]
    settings = yaml.safe_load(files["_quarto.yml"])
    assert settings["project"] == {"type": "default", "output-dir": "_output", "render": ["index.qmd"]}
    assert settings["filters"] == ["own.lua", "tesat.lua"]
    assert settings["number-sections"] is True and settings["toc"] is True and settings["lang"] == "en-GB"
    assert "profile" not in settings and set(settings["format"]) == {"html", "typst", "docx"}
    assert settings["format"]["html"]["embed-resources"] is True
    assert settings["format"]["html"]["html-math-method"] == "plain"
    assert settings["format"]["html"]["theme"] == "cosmo"
    assert "default-src 'none'" in settings["format"]["html"]["include-in-header"][0]["text"]
    assert settings["format"]["typst"]["font-paths"] == ["tesat-fonts"]
    given = yaml.safe_load(files["tesat-metadata.yml"])
    assert set(given) == set(METADATA)
    assert given["footnote"] == "\\* This designation is without prejudice to positions on status\\."


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "WARNING: Unable to resolve crossref @fig-gone",
            "quarto, html: WARNING: Unable to resolve crossref @fig-gone",
        ),
        ("\x1b[33mWARN: Unknown profile 'x'\x1b[39m", "quarto, html: WARN: Unknown profile 'x'"),
        (
            "[WARNING] Citeproc: citation x not found",
            "quarto, html: [WARNING] Citeproc: citation x not found",
        ),
        ("unknown profile x", "quarto, html: unknown profile x"),
        ("ERROR: it went on nevertheless", "quarto, html: ERROR: it went on nevertheless"),
    ],
)
def test_what_quarto_says_with_exit_0_is_read(
    stand_in: StandIn, project: Path, said: str, message: str
) -> None:
    stand_in.answers(f"{USUAL}\n{said}")
    assert refusal(project) == message
    assert not (project.parent / "release/index.html").exists()


def test_what_quarto_usually_says_is_no_complaint(stand_in: StandIn, project: Path) -> None:
    stand_in.answers(f"{USUAL}\n  title: Errors and warnings of 2025\n  css: error.css")
    assert len(made(project)) == 1


@pytest.mark.parametrize(
    ("target", "output", "found"),
    [
        ("html", "<p>?meta:region</p>", "index.html shows '?meta:region'"),
        ("html", '<p><span class="quarto-unresolved-ref">x</span></p>', "quarto-unresolved-ref"),
        ("html", "<p><strong>?@fig-gone</strong></p>", "index.html shows '?@fig-gone'"),
        ("html", "<p>{{&lt; video x >}}</p>", "index.html shows '{{&lt;'"),
        ("pdf", "= A\n#strong[?\\@tbl-gone]", "report.pdf shows '?\\\\@tbl-gone'"),
        ("docx", "<w:t>?sec-gone</w:t>", "report.docx shows '?sec-gone'"),
        ("html", '<script src="https://cdn.example.org/x.js"></script>', 'asks another host: <script src="https://cdn'),
        ("html", '<link rel="stylesheet" href="//fonts.example.org">', 'asks another host: <link rel="stylesheet" href="//'),
        ("html", "<style>@import 'https://fonts.example.org'</style>", "asks another host: @import 'https://fonts"),
        ("html", "<style>b{background:url(https://x.org/y.png)}</style>", "asks another host: url(https://x.org/y.png"),
        ("html", '<img alt="" src="http://x.org/y.png">', 'asks another host: <img alt="" src="http://x.org/y.png'),
    ],
)  # fmt: skip
def test_what_quarto_printed_instead_of_failing_is_found(
    stand_in: StandIn, project: Path, target: str, output: str, found: str
) -> None:
    stand_in.answers(output=output)
    assert found in refusal(project, [target])
    assert not list((project.parent / "release").glob("*.*"))


def test_links_styles_and_data_are_not_taken_for_requests(stand_in: StandIn, project: Path) -> None:
    stand_in.answers(
        output="<style>.quarto-unresolved-ref{font-weight:600} a{background:url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'\")}</style>"
        '<a href="https://example.org/">x</a><script>var a = "{{< x >}} ?meta:x"</script>'
    )
    assert len(made(project)) == 1


def test_a_failing_quarto_is_quoted(stand_in: StandIn, project: Path) -> None:
    stand_in.answers("a\nb\nc\nERROR: typst refused\nat line 3", None, 1)
    assert refusal(project, ["pdf"]) == "quarto, pdf: exit 1: b / c / ERROR: typst refused / at line 3"


def test_exit_0_without_a_file_is_a_failure(stand_in: StandIn, project: Path) -> None:
    stand_in.answers("nothing to do", None)
    assert "quarto, html: exit 0, but index.html was not written; it said: nothing to do" in refusal(project)


def test_a_failure_in_the_second_format_leaves_the_release_as_it_was(
    stand_in: StandIn, project: Path
) -> None:
    stand_in.answers(output="<w:t>?sec-gone</w:t>")
    (project.parent / "release/index.html").write_text("before")
    refusal(project, ["html", "docx"])
    assert (project.parent / "release/index.html").read_text() == "before"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.3.450", "version 1.3 cannot set named tables or typst; install Quarto 1.4 or newer"),
        ("", "`quarto --version` says '\\n'"),
    ],
)
def test_a_quarto_that_is_too_old_is_refused(
    stand_in: StandIn, project: Path, version: str, message: str
) -> None:
    stand_in.answers(version=version)
    assert message in refusal(project)
    assert not stand_in.calls


@pytest.mark.parametrize("version", ["1.4.0", "1.10.1", "2.0.0", "99.9.9"])
def test_newer_versions_are_taken(stand_in: StandIn, project: Path, version: str) -> None:
    stand_in.answers(version=version)
    assert len(made(project)) == 1


def test_a_missing_quarto_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ReportError) as caught:
        render_with_quarto(
            project, tmp_path, formats=["html"], metadata=METADATA, environment={"PATH": str(tmp_path)}
        )
    assert str(caught.value) == (
        "backend quarto: there is no `quarto` on the PATH; install Quarto 1.4 or newer "
        "(https://quarto.org/docs/download, or `pip install .[quarto]`), or render with the embedded backend, "
        "which needs no command line."
    )


def test_a_quarto_that_hangs_is_ended_with_all_that_it_started(
    stand_in: StandIn, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarto, "RENDER_SECONDS", 1)
    stand_in.answers(sleep=30)
    assert "quarto: no answer in 1 s to `render index.qmd --to html" in refusal(project)
    child = Path(f"/proc/{(stand_in.folder / 'child').read_text()}/stat")
    for _ in range(50):
        if not child.exists() or child.read_text().split(") ")[1].startswith("Z"):
            return
        time.sleep(0.1)
    raise AssertionError("what Quarto had started still runs")


def test_the_manuscript_is_checked_before_quarto_is_asked(stand_in: StandIn, project: Path) -> None:
    text = (project / "index.qmd").read_text().replace("@fig-one", "@fig-gone")
    (project / "index.qmd").write_text(text)
    assert "index.qmd:12: @fig-gone refers to nothing" in refusal(project)
    assert not stand_in.calls


def test_the_filter_gives_word_png_and_publishes_no_comment(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    markdown = '![Cap](figures/a.svg){#fig-a fig-alt="x"}\n\n<!-- secret -->\n\nwords <!-- secret --> more\n'
    arguments = ["--from", "markdown", f"--lua-filter={ASSETS / 'quarto.lua'}", f"--resource-path={tmp_path}"]
    page = pandoc.run([*arguments, "--to", "html"], markdown.encode()).decode()
    assert "figures/a.svg" in page and "secret" not in page and "words" in page
    with zipfile.ZipFile(
        BytesIO(pandoc.run([*arguments, "--to", "docx", "--output", "-"], markdown.encode()))
    ) as word:
        assert [name for name in word.namelist() if "media" in name and name.endswith(".png")]
