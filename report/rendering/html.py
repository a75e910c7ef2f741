"""Writes the report as a web edition: a static book that asks no other host for anything.

Belongs here: the files of the web edition and their order of making. `index.html` is the first page; the others, with
the styles, fonts and scripts that all share, lie in `web/`. It can be read from a folder, without a server and without
scripts; plotly.js stands there once and is loaded when a reader asks for a live chart.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from string import Template

from report.rendering import pandoc, tree
from report.rendering.document import Document, picture
from report.rendering.html_blocks import Setting, page_blocks
from report.rendering.html_frame import Frame
from report.rendering.html_pages import FOLDER, Site, site_of
from report.rendering.html_search import FILE as SEARCH
from report.rendering.html_search import search_index
from report.rendering.words import ASSETS, FONTS

SHARED = ("report.css", "charts.css", "theme.js", "report.js", "search.js", "origins.js")
LIVE = ("charts.js",)
FACES = ("NotoSans-Regular.woff2", "NotoSans-Bold.woff2", "NotoSans-Italic.woff2")

_CUT = "<!--page ends-->"


def write_html(document: Document, release: Path, *, downloads: Sequence[tuple[str, str]]) -> list[Path]:
    """Write `index.html` and `web/`, and return the pages, the first one first.

    Args:
        document: The checked report.
        release: The folder it goes to; links to `figures/NAME.csv` point into it.
        downloads: Words and file names of the same report in other formats.
    """
    site = site_of(document)
    document = document.web_edition
    folder = release / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bodies = _bodies(document, site, folder)
    frame = Frame(document, site)
    template = Template((ASSETS / "page.html").read_text(encoding="utf-8"))
    cover = Template((ASSETS / "cover.html").read_text(encoding="utf-8"))
    for page, body in zip(site.pages, bodies, strict=True):
        values = {**frame.values(page), "body": body, "downloads": frame.cover_links(downloads)}
        values["cover"] = cover.substitute(values) if page.is_home else ""
        (release / page.file).write_text(template.substitute(values), encoding="utf-8")
    files = {page.file: body for page, body in zip(site.pages, bodies, strict=True)}
    (release / SEARCH).write_text(search_index(files), encoding="utf-8")
    _share(document, folder)
    return [release / page.file for page in site.turned]


def _bodies(document: Document, site: Site, folder: Path) -> list[str]:
    """What stands on each page; pandoc writes them all in one go, for it starts more slowly than it writes."""
    blocks = []
    for page in site.pages:
        setting = Setting(document, site, page, listings={})
        blocks += [tree.division(page_blocks(setting)), tree.raw("html", _CUT)]
        for name, text in setting.listings.items():
            (folder / name).write_text(text + "\n", encoding="utf-8")
    arguments = ["--section-divs", "--reference-location=section", "--wrap=none"]
    written = pandoc.write(pandoc.tree_of(blocks), "html5", arguments=arguments)
    return written.decode().split(_CUT)[: len(site.pages)]


def _share(document: Document, folder: Path) -> None:
    """The files that all pages share."""
    drawn = any(node["t"] == "Figure" and picture(node).chart for node in tree.walk(list(document.blocks)))
    for name in SHARED + (LIVE if drawn else ()):
        shutil.copyfile(ASSETS / name, folder / name)
    for name in FACES:
        shutil.copyfile(FONTS / name, folder / name)
    if drawn:
        from plotly.offline import get_plotlyjs

        (folder / "plotly.js").write_text(str(get_plotlyjs()), encoding="utf-8")
