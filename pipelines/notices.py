"""What the network's people are told: the events of the calendar that are due, and their words.

Belongs here: which notices there are and what they say. How they travel is `notifying.py`; the days are those of the
region's calendar. A notice names partners, days and commands, never a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from data_contracts.calendar import Moment
from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.model import Catalog, Region
from data_contracts.strings import load_strings
from pipelines.acceptance import accepted_returns
from pipelines.register import Store
from pipelines.reporting_states import deadline_of

# A machine that was down for longer finds events that nobody needs to be told of any more.
TOLD_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Notice:
    """A message by its key, which names it once and for ever."""

    key: str
    subject: str
    text: str


def due_moments(region: Region, now: datetime, *, told: Collection[str]) -> list[Moment]:
    """The events of the last two weeks that nobody was told of, oldest first; none without a calendar."""
    if region.calendar is None:
        return []
    found = [
        moment
        for year in region.years
        for moment in region.calendar.moments(year, deadline=region.deadline)
        if moment.at <= now < moment.at + TOLD_WITHIN and moment.key not in told
    ]
    return sorted(found, key=lambda moment: (moment.at, moment.key))


def notice_of(moment: Moment, *, region: Region, store: Path) -> Notice:
    """What is said of an event."""
    values = {
        "region": region.names["en"],
        "year": str(moment.year),
        "deadline": deadline_of(region, moment.year) or "no day that the region sets",
        "embargo": ""
        if region.calendar is None
        else f"{region.calendar.embargo(moment.year):%Y-%m-%d %H:%M} UTC",
        "missing": _missing(region, store, moment.year),
    }
    notice = _worded(moment.event, moment.key, values)
    return Notice(notice.key, notice.subject, notice.text + _footnotes(region, notice.text))


def failure_notice(region: Region | None, *, job: str, partition: str, run: str, step: str) -> Notice:
    """What is said of a run that failed; its error stays in the log, for it may hold more than may be sent."""
    name = "tesat" if region is None else region.names["en"]
    values = {"region": name, "job": job, "partition": partition, "run": run, "step": step}
    return _worded("run_failed", f"run-{run}", values)


def _worded(event: str, key: str, values: Mapping[str, str]) -> Notice:
    words = load_strings((PACKAGE_ROOT / "notices.yaml").read_text(encoding="utf-8"))[event]
    return Notice(key, words["subject"].format(**values), words["text"].format(**values))


def _missing(region: Region, store: Path, year: int) -> str:
    """The partners of whom nothing counts for the year."""
    counting = set(accepted_returns(Store(store)).filter(reference_year=year)["partner"])
    names = [member.names["en"] for member in region.partners_in(year) if member.code not in counting]
    return ", ".join(names) or "nobody"


def _footnotes(region: Region, text: str) -> str:
    """The footnotes of the partners that a text names."""
    named = [member.footnote for member in region.partners if member.names["en"] in text]
    notes = [region.footnotes[name] for name in dict.fromkeys(named) if name is not None]
    return "".join(f"{note.mark} {note.text}\n" for note in notes)


def region_named(catalog: Catalog, tags: Mapping[str, str]) -> Region | None:
    """The region that a run is of, by its tag."""
    return catalog.regions.get(tags.get("region", ""))
