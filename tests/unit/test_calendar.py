"""The days of an edition, and which of them the network is told of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from data_contracts.calendar import Calendar
from data_contracts.catalog import load_catalog
from pipelines.notices import due_moments, notice_of
from pipelines.notices_told import tell_once, told

DAYS = {
    "collection_opens": "01-15",
    "reminders": ["03-01", "03-28"],
    "freeze": "05-15",
    "sign_off": "05-18",
    "publication": "06-22T08:00",
    "exceptions": {"2025": {"publication": "06-30T10:00"}},
}
REGION = load_catalog().region("western_balkans")


def calendar(**over: object) -> Calendar:
    return Calendar.model_validate(DAYS | over)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_days_lie_in_the_year_after_and_follow_one_another() -> None:
    moments = calendar().moments(2024, deadline="03-31")
    assert [moment.key for moment in moments] == [
        "2024-collection_opens-01-15",
        "2024-reminder-03-01",
        "2024-reminder-03-28",
        "2024-deadline-03-31",
        "2024-freeze-05-15",
        "2024-sign_off-05-18",
        "2024-publication-06-22",
    ]
    assert moments[-1].at == at("2025-06-22T08:00")


def test_a_single_year_can_have_another_day() -> None:
    assert calendar().embargo(2025) == at("2026-06-30T10:00")
    assert calendar().embargo(2026) == at("2027-06-22T08:00")


@pytest.mark.parametrize(
    "over, says",
    [
        ({"freeze": "06-30"}, "the days must follow one another"),
        ({"freeze": "15 May"}, "write month-day"),
        ({"reminders": ["02-30"]}, "'02-30T06:00' is no day"),
        ({"exceptions": {"2025": {"sign_off": "06-30"}}}, "2025: the days must follow one another"),
        ({"exceptions": {"2025": {"deadline": "04-02"}}}, "2025: deadline is no day that a year can move"),
        ({"nightly": "25:00"}, "25:00"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_its_place(over: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        calendar(**over)


@pytest.mark.parametrize(
    "today, year, collecting",
    [
        ("2026-01-14", 2024, False),
        ("2026-01-15", 2025, True),
        ("2026-05-15", 2025, True),
        ("2026-05-16", 2025, False),
        ("2027-01-14", 2025, False),
    ],
)
def test_the_edition_in_the_making_is_the_last_that_has_opened(
    today: str, year: int, collecting: bool
) -> None:
    day = date.fromisoformat(today)
    assert calendar().edition_at(day, years=(2023, 2024, 2025, 2026)) == year
    assert calendar().is_collecting(year, day) is collecting
    assert calendar().edition_at(day, years=(2030,)) is None


def test_an_event_is_told_once_and_made_up_for_after_a_machine_was_down(tmp_path: Path) -> None:
    first = due_moments(REGION, at("2026-03-17T06:00"), told=told(tmp_path))
    assert [moment.key for moment in first] == ["2025-reminder-03-17"]
    tell_once(tmp_path, first[0].key)
    assert due_moments(REGION, at("2026-03-17T07:00"), told=told(tmp_path)) == []
    late = due_moments(REGION, at("2026-04-05T06:00"), told=told(tmp_path))
    assert [moment.event for moment in late] == ["reminder", "deadline"]
    assert due_moments(REGION, late[0].at - timedelta(days=9), told=told(tmp_path)) == []


def test_a_reminder_names_who_is_missing_with_their_footnote_and_no_figure(tmp_path: Path) -> None:
    moment = due_moments(REGION, at("2026-03-17T06:00"), told=())[0]
    notice = notice_of(moment, region=REGION, store=tmp_path)
    assert notice.subject == "Western Balkans 2025: returns are due on 2026-03-31"
    assert "Kosovo*" in notice.text
    assert notice.text.endswith("* " + REGION.footnotes["status"].text + "\n")
