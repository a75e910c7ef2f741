"""Makes the demonstration's returns: invented, plausible small counts, imperfect on purpose.

Run from the project's root: `python -m examples.demonstration.generate`. One seed, no clock: the same files each
time. What is imperfect, and where, stands in `imperfections.yaml`; nothing here is any partner's real figure.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from data_contracts.catalog import load_catalog

HERE = Path(__file__).parent
CATALOG = load_catalog()
SEED = 20260224
Row = dict[str, Any]
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# How large a partner's counts are, relative to the others; and how it hands over its returns.
PROFILES = {
    "ALB": {"size": 0.8, "form": "xlsx", "crossed": True},
    "BIH": {"size": 1.3, "form": "folder", "crossed": False},
    "XKX": {"size": 1.2, "form": "zip", "crossed": True},
    "MNE": {"size": 0.4, "form": "xlsx", "crossed": True},
    "MKD": {"size": 0.9, "form": "folder_excel", "crossed": False},
    "SRB": {"size": 1.4, "form": "xlsx", "crossed": True},
}
WEIGHTS = yaml.load((HERE / "weights.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
YEARS = (2021, 2022, 2023, 2024, 2025)
ARREST_LEVEL = {2021: 7.0, 2022: 6.0, 2023: 8.5, 2024: 9.5, 2025: 12.0}
ATTACK_LEVEL = {2021: 2.2, 2022: 1.7, 2023: 2.6, 2024: 2.1, 2025: 3.4}


def main(folder: Path = HERE) -> None:
    """Writes `returns/` below a folder, anew."""
    plan = yaml.safe_load((HERE / "imperfections.yaml").read_text(encoding="utf-8"))
    returns = folder / "returns"
    shutil.rmtree(returns, ignore_errors=True)
    receipts = []
    for year in YEARS:
        for partner in PROFILES:
            if f"{partner}-{year}" not in plan["missing"]:
                receipts += _partner_year(returns, partner, year, plan)
    with (returns / "received.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["path", "received_at"])
        writer.writerows(sorted(receipts))


def _partner_year(returns: Path, partner: str, year: int, plan: Row) -> list[tuple[str, str]]:
    rng = random.Random(f"{SEED}-{partner}-{year}")
    tables, counts = _tables(rng, partner, year)
    for dataset, cannot_say in plan["unspecified"].get(f"{partner}-{year}", {}).items():
        tables[dataset] = _unspecified(tables[dataset], dataset, cannot_say)
    cover = _cover(partner, year, tables, counts, plan)
    for dataset, status in plan["status"].get(f"{partner}-{year}", {}).items():
        cover["datasets"][dataset] = {"status": status} | ({"release": "exact"} if status == "nil" else {})
        tables.pop(dataset, None)
    for dataset, change in plan["notes"].get(f"{partner}-{year}", {}).items():
        cover["datasets"][dataset] |= change
    day = 3 + (sum(map(ord, partner)) + year) % 24
    receipts = [
        (_write(returns, cover, tables, PROFILES[partner]["form"]), f"{year + 1}-03-{day:02d}T09:30:00Z")
    ]
    if f"{partner}-{year}" in plan["late"]:
        receipts = [(receipts[0][0], plan["late"][f"{partner}-{year}"])]
    for second in plan["resubmitted"]:
        if second["return"] == f"{partner}-{year}":
            receipts.append(_resubmission(returns, cover, tables, second, PROFILES[partner]["form"]))
    return receipts


def _unspecified(rows: Sequence[Row], dataset: str, cannot_say: Row) -> list[Row]:
    """The cells of one table with the code of a dimension not specified in the first of them."""
    first = [row | {cannot_say["dimension"]: "not_specified"} for row in rows[: cannot_say["cells"]]]
    return _aggregate([*first, *rows[len(first) :]], dataset, [CATALOG.contracts[dataset].dimension_names])


def _resubmission(
    returns: Path, cover: Row, tables: dict[str, list[Row]], second: Row, form: str
) -> tuple[str, str]:
    """A later submission: with corrected figures, or with the faults that get it rejected."""
    tables = {dataset: [dict(row) for row in rows] for dataset, rows in tables.items()}
    cover = {**cover, "submission": 2, "prepared_on": second["prepared_on"]}
    cover["datasets"] = {dataset: dict(line) for dataset, line in cover["datasets"].items()}
    rows = tables[second["dataset"]]
    main_measure = CATALOG.contracts[second["dataset"]].main_measure.name
    if second["faulty"]:
        rows[0]["type_of_terrorism"] = "jihadistic"
        rows.append(dict(rows[1]))
    else:
        for row in _first_of_each_table(rows, second["dataset"]):
            row[main_measure] += second["more"]
        cover["datasets"][second["dataset"]]["total"] += second["more"]
    return _write(returns, cover, tables, form), second["received_at"]


def _first_of_each_table(rows: Sequence[Row], dataset: str) -> list[Row]:
    first: dict[tuple[bool, ...], Row] = {}
    for row in rows:
        signature = tuple(row[name] == "_T" for name in CATALOG.contracts[dataset].dimension_names)
        first.setdefault(signature, row)
    return list(first.values())


def _pick(rng: random.Random, name: str) -> str:
    codes = WEIGHTS[name]
    return rng.choices(list(codes), weights=[int(weight) for weight in codes.values()])[0]


def _poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count by adding exponential waiting times."""
    count, waited = 0, rng.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + rng.expovariate(1.0)
    return count


def _tables(rng: random.Random, partner: str, year: int) -> tuple[dict[str, list[Row]], Row]:
    """The cells of the three datasets, and the counts of the cover."""
    size, crossed = PROFILES[partner]["size"], PROFILES[partner]["crossed"]
    attacks = [_attack(rng) for _ in range(_poisson(rng, ATTACK_LEVEL[year] * size))]
    persons, operations = _arrested(rng, ARREST_LEVEL[year] * size)
    proceedings = _poisson(rng, 4.0 * size)
    verdicts = [verdict for _ in range(proceedings) for verdict in _proceeding(rng)]
    tables = {
        "incidents": _aggregate(attacks, "incidents", [CATALOG.contracts["incidents"].dimension_names]),
        "arrests": _aggregate(persons, "arrests", _arrest_tables(crossed)),
        "convictions": _aggregate(verdicts, "convictions", _verdict_tables(crossed)),
    }
    counts = {"operations": operations, "proceedings": proceedings, "persons_tried": len(verdicts)}
    return {name: rows for name, rows in tables.items() if rows}, counts


def _arrest_tables(crossed: bool) -> list[list[str]]:
    if crossed:
        return [["type_of_terrorism", "offence", "sex", "age_group"], ["citizenship"]]
    return [["type_of_terrorism", "offence"], ["sex", "age_group"], ["citizenship"]]


def _verdict_tables(crossed: bool) -> list[list[str]]:
    if crossed:
        return [CATALOG.contracts["convictions"].dimension_names]
    return [
        ["type_of_terrorism", "verdict"],
        ["offence"],
        ["sex", "age_group"],
        ["verdict", "penalty"],
        ["finality"],
    ]


def _attack(rng: random.Random) -> Row:
    names = ("type_of_terrorism", "attack_status", "means", "target", "actor", "qualified_by", "contested")
    row: Row = {name: _pick(rng, name) for name in names}
    completed = row["attack_status"] == "completed"
    killed = _poisson(rng, 0.35) if completed else 0
    injured: int | None = _poisson(rng, 1.1) if completed else 0
    if completed and rng.random() < 0.06:
        injured = None
    return row | {"attacks": 1, "killed": killed, "injured": injured}


def _arrested(rng: random.Random, mean: float) -> tuple[list[Row], int]:
    """Persons come in operations: one type and mostly one offence each."""
    persons: list[Row] = []
    operations = max(1, _poisson(rng, mean / 2.8))
    for _ in range(operations):
        kind, offence = _pick(rng, "type_of_terrorism"), _pick(rng, "offence")
        for _ in range(1 + _poisson(rng, 1.8)):
            row: Row = {"type_of_terrorism": kind, "offence": offence}
            row |= {name: _pick(rng, name) for name in ("sex", "age_group", "citizenship")}
            persons.append(row | {"persons": 1, "charged": int(rng.random() < 0.7)})
    return persons, operations


def _proceeding(rng: random.Random) -> list[Row]:
    kind, offence = _pick(rng, "type_of_terrorism"), _pick(rng, "offence")
    finality = _pick(rng, "finality")
    verdicts = []
    for _ in range(1 + _poisson(rng, 0.8)):
        convicted = rng.random() < 0.88
        penalty = _pick(rng, "penalty") if convicted else "none"
        months = round(rng.lognormvariate(3.9, 0.5)) if penalty == "imprisonment" else None
        row: Row = {"type_of_terrorism": kind, "offence": offence, "finality": finality, "penalty": penalty}
        row |= {
            "verdict": "convicted" if convicted else "acquitted",
            "in_absentia": _pick(rng, "in_absentia"),
        }
        row |= {"sex": _pick(rng, "sex"), "age_group": _pick(rng, "age_group"), "verdicts": 1}
        verdicts.append(
            row
            | {
                "sentence_months": months,
                "sentences_10y_or_more": None if months is None else int(months >= 120),
            }
        )
    return verdicts


def _aggregate(records: Sequence[Row], dataset: str, tables: Iterable[Sequence[str]]) -> list[Row]:
    """Cells by each set of dimensions, `_T` in the others; an unknown count makes its cell unknown."""
    contract = CATALOG.contracts[dataset]
    rows: list[Row] = []
    for dimensions in tables:
        groups: dict[tuple[str, ...], list[Row]] = {}
        for record in records:
            key = tuple(
                record.get(name, "_T") if name in dimensions else "_T" for name in contract.dimension_names
            )
            groups.setdefault(key, []).append(record)
        for key, members in sorted(groups.items()):
            cell: Row = dict(zip(contract.dimension_names, key, strict=True))
            for column in contract.measures:
                values = [member[column.name] for member in members]
                cell[column.name] = None if None in values else sum(values)
            rows.append(cell)
    return rows


def _cover(partner: str, year: int, tables: dict[str, list[Row]], counts: Row, plan: Row) -> Row:
    datasets = {}
    for dataset, contract in CATALOG.contracts.items():
        release = plan["release"].get(partner, "exact") if contract.protects == "persons" else "exact"
        if dataset not in tables:
            datasets[dataset] = {"status": "nil", "release": release}
            continue
        signatures = Counter[tuple[bool, ...]]()
        for row in tables[dataset]:
            signatures[tuple(row[n] == "_T" for n in contract.dimension_names)] += row[
                contract.main_measure.name
            ]
        total = next(iter(signatures.values()))
        line: Row = {"status": "reported", "coverage": "complete", "total": total, "release": release}
        datasets[dataset] = line | {"break_in_series": "false"}
    return {
        "partner": partner,
        "reference_year": year,
        "submission": 1,
        "prepared_on": f"{year + 1}-02-{10 + len(partner) + year % 10:02d}",
        "contact_point": "Statistics unit (invented, for demonstration)",
        "handling": "TLP:GREEN",
        "definitions_version": "1",
        **counts,
        "datasets": datasets,
    }


def _write(returns: Path, cover: Row, tables: dict[str, list[Row]], form: str) -> str:
    stem = f"{cover['partner']}-{cover['reference_year']}-{cover['submission']}"
    folder = returns / str(cover["reference_year"])
    folder.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        _write_workbook(folder / f"{stem}.xlsx", cover, tables)
        return f"{cover['reference_year']}/{stem}.xlsx"
    files = _text_files(cover, tables, excel=form == "folder_excel")
    if form == "zip":
        with zipfile.ZipFile(folder / f"{stem}.zip", "w") as archive:
            for name, content in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), content)
        return f"{cover['reference_year']}/{stem}.zip"
    for name, content in files.items():
        (folder / stem).mkdir(exist_ok=True)
        (folder / stem / name).write_bytes(content)
    return f"{cover['reference_year']}/{stem}"


def _text_files(cover: Row, tables: dict[str, list[Row]], *, excel: bool) -> dict[str, bytes]:
    """The cover and one CSV per dataset; `excel` writes it as the region's Excel does, with BOM and semicolons."""
    files = {"cover.yaml": yaml.safe_dump(cover, sort_keys=False, allow_unicode=True, width=200).encode()}
    for dataset, rows in tables.items():
        buffer = io.StringIO()
        writer = csv.DictWriter(
            buffer, list(rows[0]), delimiter=";" if excel else ",", lineterminator="\r\n" if excel else "\n"
        )
        writer.writeheader()
        writer.writerows(rows)
        files[f"{dataset}.csv"] = buffer.getvalue().encode("utf-8-sig" if excel else "utf-8")
    return files


def _write_workbook(path: Path, cover: Row, tables: dict[str, list[Row]]) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": datetime(2026, 1, 1), "title": "Return, demonstration"})
        sheet = workbook.add_worksheet("cover")
        sheet.write_row(0, 0, ["field", "value"])
        fields = {name: value for name, value in cover.items() if name != "datasets"}
        for dataset, line in cover["datasets"].items():
            fields |= {f"{dataset}.{name}": value for name, value in line.items()}
        for number, (name, value) in enumerate(fields.items(), start=1):
            sheet.write_row(number, 0, [name, value])
        for dataset, rows in tables.items():
            sheet = workbook.add_worksheet(dataset)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, list(rows[0]))
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, ["" if value is None else value for value in row.values()])


if __name__ == "__main__":
    main()
