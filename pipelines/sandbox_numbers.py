"""How a number of a workbook is written as text: plain digits, or a date where its style shows one.

Belongs here: number formats. Integers have no decimals, other numbers the 15 digits that Excel shows.
"""

from __future__ import annotations

_BUILT_IN_DATES = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
_LAST_DAY = 2958465  # 9999-12-31
EPOCH_1904 = 1462


def is_date_format(number: int, code: str | None) -> bool:
    """Whether a number format shows dates or times; `code` is None for one that every program knows."""
    if code is None:
        return number in _BUILT_IN_DATES
    plain, quoted, position = [], False, 0
    while position < len(code):
        letter = code[position]
        if letter == '"':
            quoted = not quoted
        elif letter in "\\_*" and not quoted:
            position += 1
        elif letter == "[" and not quoted:
            closing = code.find("]", position)
            inner = code[position + 1 : closing].lower() if closing > 0 else ""
            if inner and not inner.strip("hms"):
                return True
            position = closing if closing > 0 else position
        elif not quoted:
            plain.append(letter)
        position += 1
    section = "".join(plain).lower().partition(";")[0]
    return section != "general" and any(letter in section for letter in "dmyhs")


def as_text(value: str, *, date: bool, epoch: int) -> str:
    """The text of a number; what is no number stays as it is written."""
    try:
        number = float(value)
    except ValueError:
        return value
    if number - number != 0:
        return value
    if date and 0 <= number + epoch < _LAST_DAY:
        return _date(number + epoch)
    return str(int(number)) if number == int(number) else format(number, ".15g")


def _date(number: float) -> str:
    import datetime

    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(number * 86400))
    return moment.isoformat(" ")
