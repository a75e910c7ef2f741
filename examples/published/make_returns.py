"""Makes returns of published figures: only what was printed, as separate tables, no joint cell invented.

Run from the project's root: `python -m examples.published.make_returns`. The sources lie beside this file.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from data_contracts.catalog import load_catalog
from data_contracts.model import Contract

HERE = Path(__file__).parent
CATALOG = load_catalog()
NIL_NOTE = "Not printed for this state; the printed figures of the other states sum to the printed total of the Union."
UNSPECIFIED_AS_PRINTED = {
    "code": "T4-unusual-unspecified",
    "place": "type_of_terrorism",
    "reason": "printed for this state without a type of terrorism",
}
Row = dict[str, object]


def main(folder: Path = HERE) -> None:
    """Writes both sets below a folder, anew."""
    make_eu(folder / "eu" / "returns")
    make_gtd(folder / "western_balkans_gtd" / "returns")


def make_eu(folder: Path) -> None:
    """The Member States of 2016 as printed in TE-SAT 2017."""
    printed: dict[str, dict[tuple[str, str], int]] = {}
    for row in _read("eu_reference_year_2016.csv"):
        key = (row["measure"], row["type_of_terrorism"])
        if row["certainty"] != "uncertain":
            printed.setdefault(row["country_iso3"], {})[key] = int(row["value"])
    shutil.rmtree(folder, ignore_errors=True)
    for partner in CATALOG.region("eu").partners_in(2016):
        _write_eu(folder / "2016" / partner.code, partner.code, printed.get(partner.code, {}))


def _write_eu(folder: Path, partner: str, printed: dict[tuple[str, str], int]) -> None:
    attacks = printed.get(("attacks_total", "total"), 0)
    tables: dict[str, list[Row]] = {}
    datasets: dict[str, Row] = {"arrests": {"status": "not_available"}}
    datasets["incidents"] = {"status": "nil", "release": "exact", "scope_note": NIL_NOTE}
    if attacks:
        datasets["incidents"] = _reported(attacks)
        tables["incidents"] = [_cell(CATALOG.contracts["incidents"], attacks=attacks)]
    verdicts = _verdicts(printed)
    datasets["convictions"] = {"status": "nil", "release": "exact", "scope_note": NIL_NOTE}
    if verdicts:
        datasets["convictions"] = _reported(printed[("verdicts_total", "total")])
        tables["convictions"] = verdicts
        if ("verdict_acquittals", "total") not in printed:
            datasets["convictions"]["not_collected"] = ["verdict=acquitted"]
        if any(row["type_of_terrorism"] == "not_specified" for row in verdicts):
            datasets["convictions"]["confirmations"] = [UNSPECIFIED_AS_PRINTED]
    cover = _cover(partner, 2016, "TE-SAT 2017", prepared_on="2017-06-15")
    tried = printed.get(("individuals_in_concluded_proceedings", "total"))
    if tried is not None:
        cover["persons_tried"] = tried
    _write(folder, {**cover, "datasets": datasets}, tables)


def _verdicts(printed: dict[tuple[str, str], int]) -> list[Row]:
    """Two tables of one return: by type of terrorism, and by outcome; a code without a row is a zero."""
    contract = CATALOG.contracts["convictions"]
    types = {
        kind: value
        for (measure, kind), value in printed.items()
        if measure == "verdicts_total" and kind != "total"
    }
    split = set(types) - {"other_not_specified"}
    rows = []
    for kind, value in sorted(types.items()):
        code = kind if kind != "other_not_specified" else ("other" if split else "not_specified")
        if value:
            rows.append(_cell(contract, type_of_terrorism=code, verdicts=value))
    for measure, code in (("verdict_convictions", "convicted"), ("verdict_acquittals", "acquitted")):
        value = printed.get((measure, "total"), 0)
        if value:
            rows.append(_cell(contract, verdict=code, verdicts=value))
    return rows


def make_gtd(folder: Path) -> None:
    """The incidents of the Global Terrorism Database; a year that is absent is not available, never nil."""
    with (HERE / "means_of_gtd.csv").open(encoding="utf-8", newline="") as handle:
        means = {row["weapon_type"]: row["means"] for row in csv.DictReader(handle)}
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for row in _read("wb6_incidents_2008_2017.csv"):
        of_year = counts.setdefault((row["partner"], int(row["reference_year"])), {})
        code = means[row["weapon_type"]]
        of_year[code] = of_year.get(code, 0) + int(row["incidents"])
    shutil.rmtree(folder, ignore_errors=True)
    region = CATALOG.region("western_balkans_gtd")
    contract = CATALOG.contracts["incidents"]
    for year in region.years:
        for partner in region.partners_in(year):
            cells = [
                _cell(contract, means=code, attacks=n)
                for code, n in sorted(counts.get((partner.code, year), {}).items())
            ]
            lines = {"incidents": _reported(_total(cells)) if cells else {"status": "not_available"}}
            cover = _cover(partner.code, year, "Global Terrorism Database", prepared_on="2018-08-01")
            _write(
                folder / str(year) / partner.code,
                {**cover, "datasets": lines},
                {"incidents": cells} if cells else {},
            )


def _total(cells: Iterable[Row]) -> int:
    return sum(int(str(cell["attacks"])) for cell in cells)


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / "sources" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _cell(contract: Contract, **values: object) -> Row:
    """A row with `_T` in every dimension and no value in every measure that is not given."""
    row: Row = {column.name: "_T" if column.role == "dimension" else "" for column in contract.columns}
    return row | values


def _reported(total: int) -> Row:
    line: Row = {"status": "reported", "coverage": "complete", "total": total, "release": "exact"}
    return line | {"break_in_series": "false"}


def _cover(partner: str, year: int, source: str, *, prepared_on: str) -> Row:
    return {
        "partner": partner,
        "reference_year": year,
        "submission": 1,
        "prepared_on": prepared_on,
        "contact_point": f"Published figures of {source}, not a return of the partner",
        "handling": "TLP:CLEAR",
        "definitions_version": "1",
    }


def _write(folder: Path, cover: Row, tables: dict[str, list[Row]]) -> None:
    folder.mkdir(parents=True)
    text = yaml.safe_dump(cover, sort_keys=False, allow_unicode=True, width=200)
    (folder / "cover.yaml").write_text(text, encoding="utf-8")
    for dataset, rows in tables.items():
        with (folder / f"{dataset}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
