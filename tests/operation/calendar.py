"""A calendar in which every day of every year is one of the collection, whatever the clock says."""

from __future__ import annotations

ALWAYS_OPEN = {
    "collection_opens": "01-01",
    "reminders": [],
    "freeze": "12-30",
    "sign_off": "12-31",
    "publication": "12-31T23:59",
}
ALWAYS_FROZEN = ALWAYS_OPEN | {"freeze": "01-02", "sign_off": "01-03", "publication": "01-04T00:00"}
YEARS = ["2020", "2090"]
