"""A second version of a contract: returns of both count together, and what cannot be compared says so."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.model import Catalog
from data_contracts.versions import fates, involved, unreachable
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from pipelines.register import Store
from pipelines.statistics import exact_observations, read_cells
from tests.assets.tiny import contracts

# vehicle is renamed, other is split, net is new.
MAPPING = {"from": "1", "to": "2", "codes": {"means": {"vehicle": "ramming", "other": ["other", "laser"]}}}
HEADER = "type_of_terrorism,attack_status,means,target,actor,qualified_by,contested,attacks,killed,injured"


def with_version_2(root: Path, *, mapping: object = MAPPING, means: str = "means_2") -> Path:
    """The contracts with a second version of incidents, which has another list of means."""
    contracts(root)
    lines = (root / "code_lists" / "means.csv").read_text("utf-8").splitlines()
    changed = [line.replace("vehicle,", "ramming,", 1) for line in lines]
    new = [changed[-1].replace("other,", f"{code},", 1) for code in ("laser", "net")]
    (root / "code_lists" / "means_2.csv").write_text("\n".join([*changed, *new]) + "\n", "utf-8")
    text = (root / "contracts" / "incidents" / "v1.yaml").read_text("utf-8")
    text = text.replace('version: "1"', 'version: "2"').replace("value: means}", f"value: {means}}}")
    (root / "contracts" / "incidents" / "v2.yaml").write_text(text, "utf-8")
    if mapping is not None:
        (root / "contracts" / "incidents" / "v1_to_v2.yaml").write_text(yaml.safe_dump(mapping), "utf-8")
    return root


def hand_over(
    inbox: Path, partner: str, year: int, *, version: str, means: dict[str, int], missing: str = ""
) -> None:
    """A return of attacks by means, and nothing else."""
    incidents = {
        "status": "reported",
        "coverage": "complete",
        "total": sum(means.values()),
        "release": "exact",
    }
    incidents |= {"break_in_series": "false"} | ({"not_collected": missing} if missing else {})
    cover = {
        "partner": partner, "reference_year": str(year), "submission": "1", "prepared_on": f"{year + 1}-02-14",
        "contact_point": "Statistics unit", "handling": "TLP:GREEN", "definitions_version": version,
        "datasets": {"incidents": incidents, "arrests": {"status": "not_available"}},
    }  # fmt: skip
    folder = inbox / f"{partner}-{year}"
    folder.mkdir(parents=True)
    (folder / "cover.yaml").write_text(yaml.safe_dump(cover), "utf-8")
    rows = [f"jihadist,completed,{code},_T,_T,_T,_T,{count},0,0" for code, count in means.items()]
    (folder / "incidents.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The exact figures of an edition over a year under version 1 and one under version 2."""
    root = tmp_path_factory.mktemp("versions")
    catalog = load_catalog(with_version_2(root / "contracts"))
    old = {"explosive": 5, "vehicle": 4, "other": 3}
    hand_over(root / "inbox", "AAA", 2024, version="1", means=old, missing="means=drone")
    hand_over(
        root / "inbox", "AAA", 2025, version="2", means={"explosive": 6, "ramming": 2, "other": 1, "laser": 1}
    )
    hand_over(root / "inbox", "BBB", 2025, version="1", means={"explosive": 7})
    return observed(root, catalog)


def observed(root: Path, catalog: Catalog) -> pl.DataFrame:
    store = root / "store"
    entries, _ = inbox_entries(root / "inbox")
    received = receive_all(entries, store=store, catalog=catalog, region="tiny")
    verdicts = judge_all(received, store=store, catalog=catalog, region="tiny")
    assert verdicts["verdict"].to_list() == ["accepted"] * 3, verdicts["codes"].to_list()
    paths = accepted_cells(Store(store), "incidents", year=2025)
    return exact_observations(
        read_cells(paths, catalog=catalog, contract=catalog.contracts["incidents"]),
        accepted_returns(Store(store), year=2025),
        catalog=catalog,
        contract=catalog.contracts["incidents"],
        region=catalog.region("tiny"),
        year=2025,
    )


def test_the_cells_of_an_old_version_are_carried_over_before_they_are_added(figures: pl.DataFrame) -> None:
    by_means = figures.filter(
        release_table="attacks_by_type_and_means",
        ref_area="TINY",
        time_period="2024",
        type_of_terrorism="jihadist",
    )
    found = {row["means"]: row["obs_value"] for row in by_means.iter_rows(named=True)}
    assert (found["explosive"], found["ramming"], found["not_specified"]) == (5, 4, 3)
    assert (found["laser"], found["drone"]) == (None, None)
    assert "vehicle" not in found
    assert found["_T"] == 12


def test_the_first_year_under_the_new_version_is_a_break_where_a_mapped_code_is_involved(
    figures: pl.DataFrame,
) -> None:
    of_2025 = figures.filter(
        release_table="attacks_by_type_and_means", ref_area="TINY", time_period="2025", type_of_terrorism="_T"
    )
    found = {
        row["means"]: (row["obs_status"], "break" in row["obs_note"]) for row in of_2025.iter_rows(named=True)
    }
    assert {code for code, state in found.items() if state == ("B", True)} == {
        "ramming", "other", "laser", "not_specified",
    }  # fmt: skip
    assert found["explosive"] == found["_T"] == ("A", False)


def test_figures_that_the_mapping_does_not_touch_have_no_break(figures: pl.DataFrame) -> None:
    others = figures.filter((pl.col("means") == "_T") & (pl.col("ref_area") == "AAA"))
    assert set(others["obs_status"]) <= {"A", "L", "O"}


def test_the_fate_of_each_code_says_what_cannot_be_compared(tmp_path: Path) -> None:
    catalog = load_catalog(with_version_2(tmp_path / "contracts"))
    known = fates(catalog, "incidents", "1", "means")
    assert (known["vehicle"], known["other"]) == (frozenset({"ramming"}), frozenset({"other", "laser"}))
    assert unreachable(catalog, "incidents", "1", "means") == {"other", "laser", "net"}
    assert involved(catalog, "incidents", "1", "means") == {
        "ramming",
        "other",
        "laser",
        "net",
        "not_specified",
    }
    assert involved(catalog, "incidents", "1", "target") == frozenset()


@pytest.mark.parametrize(
    ("mapping", "means", "says"),
    [
        (None, "means_2", "v1_to_v2.yaml: the file is missing"),
        ({**MAPPING, "codes": {}}, "means_2", "means: 'vehicle' becomes ['vehicle'], which version 2 does not have"),
        ({**MAPPING, "codes": {"means": {"trebuchet": "other"}}}, "means", "means: 'trebuchet' is no code of version 1"),
        ({**MAPPING, "codes": {"mean": {"other": "other"}}}, "means", "mean is no dimension of version 1"),
        ({**MAPPING, "codes": {"contested": {"no": ["no", "yes"]}}}, "means", "not specified, which version 2 does not"),
        ({**MAPPING, "to": "3", "codes": {}}, "means", "from and to must be those of the file's name, 1 and 2"),
    ],
)  # fmt: skip
def test_a_mapping_that_leaves_a_code_open_is_refused(
    tmp_path: Path, mapping: object, means: str, says: str
) -> None:
    with pytest.raises(ContractError) as refused:
        load_catalog(with_version_2(tmp_path / "contracts", mapping=mapping, means=means))
    assert says in str(refused.value)


def test_a_version_that_drops_a_dimension_is_refused(tmp_path: Path) -> None:
    root = with_version_2(tmp_path / "contracts", mapping={**MAPPING, "codes": {}}, means="means")
    path = root / "contracts" / "incidents" / "v2.yaml"
    text = (
        path.read_text("utf-8")
        .replace("- name: contested", "- name: disputed")
        .replace("contested:", "disputed:")
    )
    path.write_text(text, "utf-8")
    with pytest.raises(ContractError, match="drops \\['contested'\\]; keep the dimensions"):
        load_catalog(root)
