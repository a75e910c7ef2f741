"""The contracts load, break with file, line and reason, and are ODCS v3.1."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from data_contracts.catalog import PACKAGE_ROOT, ContractError, load_catalog


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return root


def test_every_contract_is_in_the_open_data_contract_standard() -> None:
    paths = sorted(PACKAGE_ROOT.glob("contracts/*/v*.yaml"))
    assert len(paths) >= 3
    for path in paths:
        contract = OpenDataContractStandard.from_file(str(path))
        assert (contract.kind, contract.apiVersion, contract.name) == (
            "DataContract",
            "v3.1.0",
            path.parent.name,
        )


def test_membership_by_year_gives_28_partners_in_2016_and_27_in_2024() -> None:
    eu = load_catalog().region("eu")
    assert (len(eu.partners_in(2016)), len(eu.partners_in(2024))) == (28, 27)


def test_columns_are_those_of_the_methodology() -> None:
    contracts = load_catalog().contracts
    assert [c.name for c in contracts["incidents"].columns] == [
        "type_of_terrorism", "attack_status", "means", "target", "actor", "qualified_by", "contested",
        "attacks", "killed", "injured",
    ]  # fmt: skip
    assert [c.name for c in contracts["arrests"].columns] == [
        "type_of_terrorism", "offence", "sex", "age_group", "citizenship", "persons", "charged",
    ]  # fmt: skip
    assert [c.name for c in contracts["convictions"].columns] == [
        "type_of_terrorism", "offence", "sex", "age_group", "verdict", "finality", "penalty", "in_absentia",
        "verdicts", "sentence_months", "sentences_10y_or_more",
    ]  # fmt: skip


def test_a_dimension_allows_its_codes_not_specified_where_it_may_and_the_total() -> None:
    catalog = load_catalog()
    convictions = catalog.contracts["convictions"]
    assert catalog.allowed(convictions.column("sex")) == ("female", "male", "not_specified", "_T")
    assert catalog.allowed(convictions.column("verdict")) == ("convicted", "acquitted", "_T")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("codeList, value: sex}", "codeList, value: gender}", "there is no code list 'gender'"),
        (
            "role, value: main_measure}",
            "role, value: measure}",
            "exactly one column has the role main_measure",
        ),
        ("dimensions: [age_group]", "dimensions: [age]", "names unknown columns ['age']"),
        ("protects, value: persons}", "protects, value: people}", "'events' or 'persons'"),
    ],
)
def test_a_broken_contract_is_refused_with_file_line_and_reason(
    copy: Path, old: str, new: str, reason: str
) -> None:
    path = copy / "contracts" / "arrests" / "v1.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ContractError) as caught:
        load_catalog(copy)
    assert reason in str(caught.value)
    assert f"{path}:" in str(caught.value)


def test_a_contract_that_is_not_yaml_is_refused(copy: Path) -> None:
    path = copy / "contracts" / "arrests" / "v1.yaml"
    path.write_text("name: [arrests\n")
    with pytest.raises(ContractError, match="not well-formed YAML"):
        load_catalog(copy)


def test_a_code_that_stands_twice_is_refused_with_its_line(copy: Path) -> None:
    path = copy / "code_lists" / "sex.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[1] + "\n")
    with pytest.raises(ContractError, match=r"sex\.csv:4: the code 'female' stands twice"):
        load_catalog(copy)


def test_a_region_with_an_unknown_field_is_refused_with_its_line(copy: Path) -> None:
    path = copy / "regions" / "eu.yaml"
    path.write_text(path.read_text().replace("ref_area: EU", "ref_aera: EU"))
    with pytest.raises(ContractError, match=r"eu\.yaml:3: ref_aera: Extra inputs are not permitted"):
        load_catalog(copy)
