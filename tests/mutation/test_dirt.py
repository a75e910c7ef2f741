"""Dirt in the shape of public incident databases: each kind gets its own named finding, in its place, all at once."""

from __future__ import annotations

from pathlib import Path

from pipelines.findings import NOT_REPEATED
from tests.mutation.returns import cover_yaml, fields, findings_of, folder, row

# Cell, and what is found in it.
DIRT = {
    ("means", "firearm; explosive"): "T1-several-values",
    ("means", "explosive,firearm"): "T1-several-values",
    ("means", "-9"): "T1-unknown-marker",
    ("target", "-99"): "T1-unknown-marker",
    ("target", "Unknown"): "T1-unknown-marker",
    ("actor", "NA"): "T1-unknown-marker",
    ("actor", "197004000000.0"): "T1-identifier",
    ("actor", "5/3/2016"): "T1-date",
    ("killed", "-9"): "T1-unknown-marker",
    ("killed", "-99.0"): "T1-unknown-marker",
    ("killed", "n/a"): "T1-unknown-marker",
    ("killed", "197004000000.0"): "T1-identifier",
    ("killed", "29.999998"): "T1-decimal",
    ("killed", "1,000"): "T1-thousands-separator",
    ("injured", "2016-00-12"): "T1-date",
    ("injured", "3-May"): "T1-date",
    ("injured", "10-12"): "T1-several-values",
    ("injured", "many"): "T1-not-an-integer",
}
TARGETS = ("civilians", "public_space", "police", "military", "government", "judiciary", "diplomatic", "religious",
           "business", "critical_infrastructure", "transport", "media", "private_property", "other")  # fmt: skip


def dirty() -> list[dict[str, str]]:
    """One row for each kind of dirt, with keys of their own, and at the end a row that stands twice."""
    rows = []
    for number, (column, value) in enumerate(DIRT):
        keys = {
            "target": TARGETS[number % 14],
            "means": "vehicle",
            "actor": "lone_actor",
            "qualified_by": "court",
        }
        keys["contested"] = "yes" if number < 14 else "no"
        rows.append(row("incidents", **keys | {"attacks": "1"} | {column: value}))
    last = row("incidents", type_of_terrorism="other", attacks="1", killed="30,0")
    return [*rows, last, last]


def test_each_kind_of_dirt_is_named_in_its_place(tmp_path: Path) -> None:
    rows = dirty()
    make = folder(tables={"incidents": rows}, incidents__total=str(len(rows)))
    found = {(one.code, one.row, one.column): one.seen for one in findings_of(make, tmp_path)}
    wanted = {(code, number, column) for number, ((column, _), code) in enumerate(DIRT.items(), start=2)}
    wanted.add(("T1-repeated-row", len(DIRT) + 3, None))
    assert {place for place in found if place[0] != "T1-control-total"} == wanted
    assert {seen for (code, _, _), seen in found.items() if code == "T1-identifier"} == {NOT_REPEATED}
    assert found["T1-decimal", 14, "killed"] == "29.999998"


def test_dirt_of_the_file_and_its_dates_is_named_too(tmp_path: Path) -> None:
    lines = [
        "type_of_terrorism,attack_status,means,target,actor,qualified_by,contested,attacks,killed,injured"
    ]
    lines += ["jihadist,_T,_T,_T,_T,_T,_T,2,0,", "right_wing,_T,_T,_T,_T,_T,_T,1,0,"]

    def codes(name: str, content: bytes, **over: str) -> set[str]:
        (tmp_path / name).mkdir()
        return {
            one.code for one in findings_of(folder(files={"incidents.csv": content}, **over), tmp_path / name)
        }

    text = "\n".join(lines)
    assert codes("cut", text[:-1].encode()) == {"L0-cut-off"}
    assert codes("no_header", "\n".join(lines[1:]).encode()) == {
        "L0-missing-header",
        "C-reported-without-rows",
    }
    assert codes("us_date", text.encode(), prepared_on="02/14/2026") == {"C-date-order"}
    assert codes("month_0", text.encode(), prepared_on="2016-00-12") == {"C-date-impossible"}
    latin = cover_yaml(fields(contact_point="Unité de statistique")).encode("latin-1")
    assert {one.code for one in findings_of(folder(files={"cover.yaml": latin}), tmp_path)} == {"L0-encoding"}
