"""What stands around a page of the web edition: the contents, the way up, before and after, the cover, the notices.

Belongs here: navigation and frame. What stands on the page is written in `html_blocks.py`.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from itertools import groupby

from report.rendering.document import Document
from report.rendering.html_pages import Section, Site, SitePage

# The deepest heading that the contents show: of the page that is read, and of the others.
DEPTH_HERE, DEPTH_ELSEWHERE = 3, 2


class Frame:
    """The frame of the pages of one report."""

    def __init__(self, document: Document, site: Site) -> None:
        """Takes the words once."""
        self.document, self.site = document, site
        self.words = {key: html.escape(word) for key, word in document.words.items()}

    def values(self, page: SitePage) -> Mapping[str, str]:
        """What the template of a page takes, by the names that stand in it."""
        document = self.document
        known = {key: html.escape(document.value(key)) for key in ("title", "language", "date")}
        imprint = [document.value("title"), document.value("region"), document.shown_date]
        own = page.own.title if page.own and not page.is_home else ""
        return {
            **{f"word_{key}": word for key, word in self.words.items()},
            **known,
            **{key: self._paragraph(key) for key in ("region", "subtitle", "footnote")},
            "head_title": html.escape(" – ".join(part for part in (own, document.value("title")) if part)),
            "root": page.root,
            "home": page.to(self.site.home.file),
            "kind": "home" if page.is_home else "web-only" if page.web_only else "chapter",
            "imprint": html.escape(" · ".join(part for part in imprint if part)),
            "shown_date": html.escape(document.shown_date),
            "mark": self._mark(),
            "contents": self._contents(page),
            "up": self._up(page),
            "below": self._below(page),
            "turn": self._turn(page),
            "about": self._about(page),
        }

    def cover_links(self, downloads: Sequence[tuple[str, str]]) -> str:
        """The report in other formats, as the cover names them."""
        if not downloads:
            return ""
        links = "".join(
            f'<li><a href="{html.escape(name)}" download>{html.escape(word)}</a></li>'
            for word, name in downloads
        )
        return f'<ul class="downloads" aria-label="{self.words["downloads"]}">{links}</ul>'

    def _contents(self, page: SitePage) -> str:
        """Every page with its sections; those of the page that is read are open."""
        parts = groupby(self.site.pages, lambda one: one.web_only)
        return "".join(f"<ol>{''.join(self._entries(list(pages), page))}</ol>" for _, pages in parts)

    def _entries(self, pages: Sequence[SitePage], here: SitePage) -> list[str]:
        tops = [one for one in pages if self.site.parent(one) is None]
        return [self._entry(one, here) for one in tops]

    def _entry(self, page: SitePage, here: SitePage) -> str:
        deepest = DEPTH_HERE if page is here else DEPTH_ELSEWHERE
        below = _nested([one for one in page.sections[1:] if one.level <= deepest])
        children = self.site.children(page)
        inside = "".join(self._section(one, page, here, own) for one, own in below)
        inside += "".join(self._entry(child, here) for child in children)
        link = self._page_link(page, here)
        if not inside:
            return f"<li>{link}</li>"
        opened = " open" if here is page or here in children else ""
        name = _name(page)
        return (
            f'<li><span class="entry" id="in-{name}">{link}</span>'
            f'<details{opened}><summary aria-label="{self.words["sections"]}" aria-describedby="in-{name}">'
            f"</summary><ol>{inside}</ol></details></li>"
        )

    def _section(self, section: Section, page: SitePage, here: SitePage, below: Sequence[Section]) -> str:
        inner = "".join(self._section(one, page, here, ()) for one in below)
        nested = f"<ol>{inner}</ol>" if inner else ""
        link = f'<a href="{html.escape(self.site.href(section.identifier, here))}">{_title(section)}</a>'
        return f"<li>{link}{nested}</li>"

    def _page_link(self, page: SitePage, here: SitePage, *, inside: str = "") -> str:
        current = ' aria-current="page"' if page is here else ""
        shown = inside or (_title(page.own) if page.own else html.escape(self.document.value("title")))
        return f'<a href="{here.to(page.file)}"{current}>{shown}</a>'

    def _up(self, page: SitePage) -> str:
        parent = self.site.parent(page)
        return f'<p class="up">{self._page_link(parent, page)}</p>' if parent else ""

    def _below(self, page: SitePage) -> str:
        """The sections of the page that have pages of their own; on the first page every chapter."""
        listed: Sequence[SitePage] = self.site.children(page)
        if page.is_home:
            listed = [one for one in self.site.pages if one is not page and self.site.parent(one) is None]
        if not listed:
            return ""
        links = "".join(f"<li>{self._page_link(one, page)}</li>" for one in listed)
        return (
            f'<nav class="cards" aria-label="{self.words["in_this_report"]}">'
            f'<div class="cards-title" aria-hidden="true">{self.words["in_this_report"]}</div><ol>{links}</ol></nav>'
        )

    def _turn(self, page: SitePage) -> str:
        """The pages before and after."""
        order = self.site.turned
        at = order.index(page)
        links = ""
        for kind, number in (("before", at - 1), ("after", at + 1)):
            if 0 <= number < len(order):
                own = order[number].own
                shown = _title(own) if own else html.escape(self.document.value("title"))
                inside = f'<div class="turn-word">{self.words[kind]}</div><div>{shown}</div>'
                link = self._page_link(order[number], page, inside=inside)
                links += link.replace("<a ", f'<a class="{kind}" rel="{_REL[kind]}" ', 1)
        return f'<nav class="turn" aria-label="{self.words["turn"]}">{links}</nav>' if links else ""

    def _about(self, page: SitePage) -> str:
        """The pages about the edition, at the foot of every page."""
        about = [one for one in self.site.pages if one.web_only]
        links = "".join(f"<li>{self._page_link(one, page)}</li>" for one in about)
        return f"<ul>{links}</ul>" if links else ""

    def _paragraph(self, key: str) -> str:
        value = html.escape(self.document.value(key))
        return f'<p class="{key}">{value}</p>\n' if value else ""

    def _mark(self) -> str:
        mark = self.document.value("edition_mark")
        return (
            f'<aside class="mark" aria-label="{self.words["edition_mark"]}">{html.escape(mark)}</aside>'
            if mark
            else ""
        )


_REL = {"before": "prev", "after": "next"}


def _nested(sections: Sequence[Section]) -> list[tuple[Section, list[Section]]]:
    """Headings with those directly below them."""
    found: list[tuple[Section, list[Section]]] = []
    for section in sections:
        if found and section.level > found[-1][0].level:
            found[-1][1].append(section)
        else:
            found.append((section, []))
    return found


def _title(section: Section) -> str:
    shown = html.escape(section.title)
    return f'<span class="heading-number">{section.number}</span>\u2002{shown}' if section.number else shown


def _name(page: SitePage) -> str:
    return page.file.rpartition("/")[2].removesuffix(".html")
