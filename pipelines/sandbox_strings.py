"""The texts of a workbook's cells, as every spreadsheet program shows them (child process).

Belongs here: shared strings, and characters written as `_x0041_`.
"""

from __future__ import annotations

from pipelines.sandbox_xml import Reader, local


class StringsReader(Reader):
    """The shared strings: the runs of one string joined, its phonetic reading left out."""

    def __init__(self, limits: dict[str, int]) -> None:
        super().__init__(limits)
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._taking = False
        self._phonetic = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count()
        name = local(tag)
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._phonetic += 1
        elif name == "t":
            self._taking = not self._phonetic

    def end(self, tag: str) -> None:
        """An element ends."""
        name = local(tag)
        if name == "si":
            self.strings.append(unescaped("".join(self._parts)))
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "t":
            self._taking = False

    def data(self, text: str) -> None:
        """Text between elements."""
        if self._taking:
            self._parts.append(text)


def unescaped(text: str) -> str:
    """The text with Excel's `_x0041_` written out, as every spreadsheet program shows it."""
    position = text.find("_x")
    while position >= 0:
        code = text[position + 2 : position + 6]
        if (
            text[position + 6 : position + 7] == "_"
            and len(code) == 4
            and not code.strip("0123456789abcdefABCDEF")
        ):
            letter = chr(int(code, 16))
            text = (
                text[:position]
                + ("\ufffd" if "\ud800" <= letter <= "\udfff" else letter)
                + text[position + 7 :]
            )
        position = text.find("_x", position + 1)
    return text
