"""The calendar of a region: what happens when between one reference year and the publication of its edition.

Belongs here: the shape of `calendar` in a region's file, and the moments that follow from it. Who is told, and what is
built, is `pipelines/notices.py` and the schedules of `assets/`. Days are written month-day and lie in the year after
the reference year; all times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

EventName = Literal["collection_opens", "reminder", "deadline", "freeze", "sign_off", "publication"]
_ANY_YEAR = 2001  # no leap year: a calendar holds for all years
MORNING = "06:00"
_DAYS: tuple[EventName, ...] = ("collection_opens", "freeze", "sign_off")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Approval(_Frozen):
    """Who must approve an edition: partners (all that are members, or the region's written quorum) and persons."""

    quorum: int | None = Field(default=None, ge=1)
    persons: int = Field(default=2, ge=1)

    def partners_needed(self, members: int) -> int:
        """How many of so many members must have approved."""
        return members if self.quorum is None else min(self.quorum, members)


@dataclass(frozen=True)
class Moment:
    """Something that happens at a time (UTC) for the edition of a reference year."""

    event: EventName
    year: int
    at: datetime

    @property
    def key(self) -> str:
        """The moment in one word; a reminder is named by its day, for there are several."""
        return f"{self.year}-{self.event}-{self.at:%m-%d}"


class Calendar(_Frozen):
    """The days of one edition, and what differs in single years."""

    collection_opens: str
    reminders: tuple[str, ...] = ()
    nightly: str = "02:30"
    freeze: str
    sign_off: str
    publication: str
    exceptions: Mapping[int, Mapping[str, str]] = Field(default_factory=dict)

    def day(self, name: str, year: int) -> str:
        """A day, or the time of publication, as written for an edition: its exception, else that of all years."""
        return self.exceptions.get(year, {}).get(name, str(getattr(self, name)))

    def embargo(self, year: int) -> datetime:
        """The moment before which an edition may not be published."""
        return _moment(year, self.day("publication", year))

    def moments(self, year: int, *, deadline: str | None) -> tuple[Moment, ...]:
        """All that happens for the edition of a year, in the order of time."""
        days: list[tuple[EventName, str]] = [("reminder", day) for day in self.reminders]
        days += [("deadline", deadline)] if deadline is not None else []
        days += [(name, self.day(name, year)) for name in _DAYS]
        found = [Moment(event, year, _moment(year, f"{written}T{MORNING}")) for event, written in days]
        return (*sorted(found, key=lambda moment: moment.at), Moment("publication", year, self.embargo(year)))

    def edition_at(self, today: date, *, years: tuple[int, ...]) -> int | None:
        """The reference year whose edition is being made: the last of which the collection has opened."""
        opened = [year for year in years if self._opens(year) <= today]
        return opened[-1] if opened else None

    def is_collecting(self, year: int, today: date) -> bool:
        """Whether drafts of an edition still follow what comes in: from the opening to the day of the freeze."""
        return self._opens(year) <= today <= _moment(year, f"{self.day('freeze', year)}T{MORNING}").date()

    def _opens(self, year: int) -> date:
        return _moment(year, f"{self.day('collection_opens', year)}T{MORNING}").date()

    @model_validator(mode="after")
    def _days_follow_one_another(self) -> Calendar:
        datetime.strptime(self.nightly, "%H:%M")
        for year in (_ANY_YEAR, *self.exceptions):
            own = self.exceptions.get(year, {})
            unknown = sorted(set(own) - {*_DAYS, "publication"})
            if unknown:
                raise ValueError(f"exceptions, {year}: {', '.join(unknown)} is no day that a year can move")
            days = [_moment(year, f"{self.day(name, year)}T{MORNING}") for name in _DAYS]
            if [*days, self.embargo(year)] != sorted({*days, self.embargo(year)}):
                raise ValueError(f"{year}: the days must follow one another: {', '.join(_DAYS)}, publication")
        for day in self.reminders:
            _moment(_ANY_YEAR, f"{day}T{MORNING}")
        return self


def _moment(year: int, written: str) -> datetime:
    """Month, day and time in the year after a reference year."""
    try:
        return datetime.fromisoformat(f"{year + 1}-{written}").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(
            f"{written!r} is no day; write month-day, and a time as month-dayThour:minute"
        ) from error
