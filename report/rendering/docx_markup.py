"""The smallest pieces of a Word file: runs, fields, bookmarks, links and paragraphs, as text and as blocks.

Belongs here: what more than one `docx_` module writes. What the pieces say is decided there.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from report.rendering import tree
from report.rendering.pandoc import Node

MARK = "tesat"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TWIPS_PER_POINT = 20
EMU_PER_TWIP = 635

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 1191, 1474, 1418
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE_MARGIN
SIDEWAYS_WIDTH = PAGE_HEIGHT - 2 * SIDE_MARGIN

_OWN_BOOKMARKS = 100_000


def rooted(tag: str, content: str) -> str:
    """An element that stands alone, with the namespaces that its content may use."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<w:{tag} xmlns:w="{NAMESPACE}" xmlns:r="{relations}">{content}</w:{tag}>'


def run(text: str, *, style: str = "") -> str:
    """A run of text in a character style."""
    return f'<w:r>{_run_style(style)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tab() -> str:
    """A jump to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def field(instruction: str, shown: str, *, style: str = "") -> str:
    """A field with the result it has before anyone updates it."""
    look = _run_style(style)

    def mark(kind: str) -> str:
        return f'<w:r>{look}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = f'<w:r>{look}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
    return mark("begin") + code + mark("separate") + run(shown, style=style) + mark("end")


def bookmark_start(number: int, name: str) -> str:
    """The beginning of a bookmark; numbers lie above those that pandoc gives."""
    return f'<w:bookmarkStart w:id="{_OWN_BOOKMARKS + number}" w:name={quoteattr(name)}/>'


def bookmark_end(number: int) -> str:
    """The end of a bookmark."""
    return f'<w:bookmarkEnd w:id="{_OWN_BOOKMARKS + number}"/>'


def link(anchor: str, content: str) -> str:
    """Runs that lead to a bookmark."""
    return f'<w:hyperlink w:anchor={quoteattr(anchor)} w:history="1">{content}</w:hyperlink>'


def paragraph(style: str, content: str) -> str:
    """A paragraph in a style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def styled(name: str, blocks: Sequence[Node]) -> Node:
    """Blocks whose paragraphs take a style."""
    return tree.division(blocks, pairs={"custom-style": name})


def mark(what: str) -> str:
    """An instruction that tells `docx_finish.py` what to do with its neighbours."""
    return f"<?{MARK} {what}?>"


def style_id(name: str) -> str:
    """The identifier of a style: its name without spaces, each word with a capital."""
    return "".join(word[0].upper() + word[1:] for word in name.split())


def _run_style(style: str) -> str:
    return f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
