"""What the Word file says about itself, and its packing: the same report gives the same bytes.

Belongs here: settings, properties and the archive. Nothing here knows the report's text.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from report.rendering.document import Document
from report.rendering.docx_markup import rooted

if TYPE_CHECKING:
    from docx.document import Document as WordFile

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_COMPATIBLE = {
    "compatibilityMode": "15",
    "overrideTableStyleFontSizeAndJustification": "1",
    "enableOpenTypeFeatures": "1",
    "doNotFlipMirrorIndents": "1",
    "differentiateMultirowTableHeaders": "1",
}
_COLOURS = (
    'w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" '
    'w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" '
    'w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"'
)
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>tesat</Application></Properties>"
)


def describe(word: WordFile, document: Document, language: str) -> None:
    """Settings and properties of the edition; its date stands for every time."""
    from docx.opc.constants import RELATIONSHIP_TYPE as TYPES

    _set_settings(word, language)
    properties = word.core_properties
    properties.title = document.value("title")
    properties.subject = document.value("subtitle")
    properties.author = properties.last_modified_by = document.value("region")
    properties.language = language
    properties.created = properties.modified = datetime.fromtimestamp(document.stamp, tz=UTC)
    properties.revision = 1
    application: Any = word.part.package.part_related_by(TYPES.EXTENDED_PROPERTIES)
    application._blob = _APPLICATION.encode()


def packed(word: WordFile) -> bytes:
    """The file as bytes, without the time of packing."""
    written, fixed = BytesIO(), BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def _set_settings(word: WordFile, language: str) -> None:
    """Fonts go with the file, and Word lays it out as it does its own: without this it opens in an old mode."""
    from docx.oxml import parse_xml

    compatible = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in _COMPATIBLE.items()
    )
    given: Any = parse_xml(
        rooted(
            "settings",
            '<w:zoom w:percent="100"/><w:embedTrueTypeFonts/><w:defaultTabStop w:val="567"/>'
            '<w:characterSpacingControl w:val="doNotCompress"/>'
            '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
            f'<w:compat>{compatible}</w:compat><w:themeFontLang w:val="{language}"/>'
            f'<w:clrSchemeMapping {_COLOURS}/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>',
        )
    )
    settings = word.settings.element
    for element in list(settings):
        settings.remove(element)
    settings.extend(list(given))
