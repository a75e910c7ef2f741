"""Whose return it is: partner, reference year and number of the submission, as its cover has them.

Belongs here: the three words that name a submission, read before anything is checked. Whether the cover is right is
`checking_cover.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data_contracts.model import Region
from data_contracts.words import meant_partner
from pipelines.reading_cover import RawCover


@dataclass(frozen=True)
class Identity:
    """Codes and numbers alone, None where the cover has none that are known; they may stand in the ledger."""

    partner: str | None = None
    reference_year: int | None = None
    submission: int | None = None

    def values(self) -> dict[str, Any]:
        """What the ledger says of it: all three, or nothing."""
        if self.partner is None or self.reference_year is None or self.submission is None:
            return {}
        return {
            "partner": self.partner,
            "reference_year": self.reference_year,
            "submission": self.submission,
        }


NOBODY = Identity()


def identity_of(cover: RawCover, *, region: Region) -> Identity:
    """Partner, year and number of a cover; the partner also by its name in any language."""
    partners = meant_partner(region, cover.text("partner"))
    return Identity(
        partners[0] if len(partners) == 1 else None,
        whole_number(cover.text("reference_year")),
        whole_number(cover.text("submission")),
    )


def whole_number(text: str) -> int | None:
    """A number of at most four digits; None where it is none."""
    return int(text) if text.isdecimal() and len(text) <= 4 else None
