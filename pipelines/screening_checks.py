"""What a number that looks like an identity number, an account or a telephone must pass besides its form.

Belongs here: dates within numbers and check digits. The forms are data, in `data_contracts/personal_data.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ACCOUNT_BANK, _ACCOUNT_LENGTH = 3, 18


def jmbg(text: str, _: Mapping[str, int]) -> bool:
    """Day, month, three digits of the year, region, serial, and the check digit modulo 11."""
    digits = [int(letter) for letter in text if letter.isdecimal()]
    day, month, year = digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4]
    if not (1 <= day <= 31 and 1 <= month <= 12 and year in (0, 8, 9)):
        return False
    return -sum(a * b for a, b in zip(digits, _JMBG_WEIGHTS, strict=False)) % 11 % 10 == digits[12]


def jmbg_number(text: str, lengths: Mapping[str, int]) -> bool:
    """Without the 0 at its beginning, which a spreadsheet drops."""
    return jmbg(f"0{text}", lengths)


def nid_alb(text: str, _: Mapping[str, int]) -> bool:
    """Month, with what is added for women and foreigners, and day."""
    digits = re.sub(r"\D", "", text)
    month, day = int(digits[1:3]), int(digits[3:5])
    return 1 <= day <= 31 and any(1 <= month - added <= 12 for added in (0, 30, 50, 80))


def iban(text: str, lengths: Mapping[str, int]) -> bool:
    """As long as its country's, and modulo 97; what follows it in the text does not belong to it."""
    letters = re.sub(r"[ .\-]", "", text)
    length = lengths.get(letters[:2])
    if length is None or len(letters) < length:
        return False
    number = letters[4:length] + letters[:4]
    return int("".join(str(int(letter, 36)) for letter in number)) % 97 == 1


def account(text: str, _: Mapping[str, int]) -> bool:
    """A bank account as Serbia, Montenegro and others write it: bank, number, check digits, modulo 97."""
    bank, number, check = text.split("-")
    filled = bank + number.zfill(_ACCOUNT_LENGTH - _ACCOUNT_BANK - len(check)) + check
    return len(filled) == _ACCOUNT_LENGTH and int(filled) % 97 == 1


def phone(text: str, _: Mapping[str, int]) -> bool:
    """Eight to ten digits, and no reference number that ends in a year."""
    digits = sum(letter.isdecimal() for letter in text)
    return 8 <= digits <= 10 and re.search(r"/\s?(?:19|20)\d\d$", text) is None


CHECKS: Mapping[str, Callable[[str, Mapping[str, int]], bool]] = {
    "jmbg": jmbg,
    "jmbg_number": jmbg_number,
    "nid_alb": nid_alb,
    "iban": iban,
    "account": account,
    "phone": phone,
}
