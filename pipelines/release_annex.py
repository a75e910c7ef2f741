"""Checks the annex tables of a release: what they repeat of the observations, and of one another, is the same.

Belongs here: the annex row by row. Whether a table of the report prints its figures as they are is found by their keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data_contracts.model import TOTAL
from pipelines.figure_keys import key_of
from pipelines.release_documents import numbers_of
from pipelines.release_files import check_once, state_problems, table_problems
from pipelines.release_findings import NO_KEY, Notes
from pipelines.release_values import Release, Row
from pipelines.release_words import KNOWN, numbers_among, words_of

OTHER = "is another figure than the observation that it repeats"


@dataclass(frozen=True)
class Series:
    """What a figure is of, apart from area and period."""

    dataset: str
    measure: str
    codes: Mapping[str, str]


def check_annex(release: Release, table: str, notes: Notes) -> None:
    """An annex table has its columns, tells its rows apart, and repeats figures as they are."""
    described = next(one for one in release.interface.annex if one.name == table)
    path = release.folder / "data" / f"{table}.csv"
    if not path.is_file():
        notes.finding("the file", "is missing")
        return
    header = path.read_text(encoding="utf-8-sig").partition("\n")[0].strip().split(",")
    names = [column.name for column in described.columns]
    notes.same("header", header, names, "has other columns than the interface")
    check_once(release, table, notes)
    for line, row in enumerate(release.tables[table], start=2):
        for column, key in _repeated(release, table, row):
            known = release.value(key)
            expected = _number(known.text) if known else None
            notes.same(f"line {line}, {column}", _number(row[column]), expected, OTHER)
        if table == "revisions":
            _check_revision(release, f"line {line}", row, notes)
        if table == "claims":
            _check_claim(f"line {line}", row, notes, years=set(map(str, release.about["years"])))


def _repeated(release: Release, table: str, row: Row) -> Iterator[tuple[str, str]]:
    """The columns of an annex row that repeat an observation of this edition, with its key."""
    region, this = release.region, str(release.about["year"])
    headline = {one.name: Series(one.dataset, one.measure, one.filter) for one in region.headline_series}
    if table == "rates":
        series = Series(row["dataset"], row["measure"], {})
        yield "value", _key(release, series, area=row["ref_area"], period=row["time_period"])
    if table == "revisions":
        series = Series(row["dataset"], row["measure"], _codes(row))
        yield "value_now", _key(release, series, area=row["ref_area"], period=row["time_period"])
    if table == "revision_triangle" and row["edition"].split()[0] == this and row["series"] in headline:
        yield (
            "value",
            _key(release, headline[row["series"]], area=region.ref_area, period=row["reference_year"]),
        )
    if table == "claims" and row["series"] in headline:
        for when in ("before", "after"):
            period = row[f"{when}_period"]
            if period.isdigit() and row[f"{when}_value"]:
                yield (
                    f"{when}_value",
                    _key(release, headline[row["series"]], area=region.ref_area, period=period),
                )


def _codes(row: Row) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in row["codes"].split(";") if "=" in pair)


def _key(release: Release, series: Series, *, area: str, period: str) -> str:
    names = release.catalog.contracts[series.dataset].dimension_names
    return key_of(
        series.dataset, [area, period, *(series.codes.get(name, TOTAL) for name in names), series.measure]
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _check_revision(release: Release, place: str, row: Row, notes: Notes) -> None:
    """Both figures of a revision could be released, and their difference is that of the two."""
    contract = release.catalog.contracts[row["dataset"]]
    codes = {name.upper(): _codes(row).get(name, TOTAL) for name in contract.dimension_names}
    of_table = {"REF_AREA": row["ref_area"], "MEASURE": row["measure"], **codes}
    for problem in table_problems(contract, of_table, release.region.ref_area):
        notes.finding(place, problem)
    for when in ("then", "now"):
        status = row[f"status_{when}"]
        state = {"OBS_STATUS": status, "CONF_STATUS": "C" if status == "Q" else "F", "PARTNERS_REPORTING": ""}
        figure = state | {"OBS_VALUE": row[f"value_{when}"], "OBS_METHOD": row[f"method_{when}"]}
        for problem in state_problems(figure) if status else ():
            notes.finding(f"{place}, {when}", problem)
    if row["difference"] or not (row["method_then"] or row["method_now"]):
        then, now = _number(row["value_then"]), _number(row["value_now"])
        both = None if then is None or now is None else now - then
        notes.same(
            f"{place}, difference",
            _number(row["difference"]),
            both,
            "is not the difference of the two figures",
        )


def _check_claim(place: str, row: Row, notes: Notes, *, years: set[str]) -> None:
    """The wording of a claim says the figures of its row, years of the edition, and no other numbers."""
    values = {f"{float(row[name]):g}" for name in ("before_value", "after_value") if row[name]}
    said = set(numbers_of(row["wording"]))
    if row["before_value"] and row["after_value"]:
        notes.same(f"{place}, wording", values <= said, True, "does not say the figures of its row")
    told = (
        values
        | years
        | {word for name in ("before_period", "after_period") for word in numbers_of(row[name])}
    )
    if row["before_value"]:
        told |= {
            f"{float(row['before_value']) / float(row['exposure'] or 1):.{digits}f}" for digits in (0, 1)
        }
    for column in ("wording", "reason"):
        words = [KNOWN if word in told else word for word in words_of(row[column])]
        known = all(notes.sources.hold(number) for number in numbers_among(words))
        notes.same(f"{place}, {column}", known, True, NO_KEY)
