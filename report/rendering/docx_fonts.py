"""Puts the report's fonts into the Word file, so that it looks the same where Noto Sans is not installed.

Source: ECMA-376 part 4 (Transitional), 2.8.1: the first 32 bytes are combined with a key. That is no
protection, and the Open Font License of Noto Sans allows embedding.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from report.rendering.docx_markup import rooted
from report.rendering.words import FONTS

if TYPE_CHECKING:
    from docx.document import Document as WordFile

FONT = "Noto Sans"

_FACES = {"embedRegular": "Regular", "embedBold": "Bold", "embedItalic": "Italic"}
_OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_KEYED_BYTES = 32


def embed_fonts(word: WordFile) -> None:
    """Replace the font table by one that carries the report's own font."""
    from docx.opc.constants import RELATIONSHIP_TYPE as TYPES
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    table: Any = word.part.part_related_by(TYPES.FONT_TABLE)
    faces = ""
    for number, (tag, name) in enumerate(_FACES.items(), start=1):
        file = FONTS / f"NotoSans-{name}.ttf"
        key = uuid.uuid5(uuid.NAMESPACE_URL, file.name)
        content = obfuscated(file.read_bytes(), key)
        part = Part(PackURI(f"/word/fonts/font{number}.odttf"), _OBFUSCATED, content, word.part.package)
        relation = table.relate_to(part, TYPES.FONT)
        faces += f'<w:{tag} r:id="{relation}" w:fontKey="{{{str(key).upper()}}}"/>'
    described = '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>'
    table._blob = rooted("fonts", f'<w:font w:name="{FONT}">{described}{faces}</w:font>').encode()


def obfuscated(font: bytes, key: uuid.UUID) -> bytes:
    """The font with its first bytes combined with the key, last byte of the key first; undone by doing it again."""
    turned = key.bytes[::-1] * 2
    head = bytes(byte ^ other for byte, other in zip(font[:_KEYED_BYTES], turned, strict=True))
    return head + font[_KEYED_BYTES:]
