"""What holds for all assets, checks and settings at once."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from pathlib import Path

import dagster as dg
import pytest
import yaml

from assets.checks import FAMILIES
from assets.definitions import definitions
from assets.jobs import edition_job_name
from assets.resources import DAGSTER_SETTINGS, Workspace, workspace_of_environment
from assets.sparks import SHOWN_INLINE, bars
from data_contracts.catalog import load_catalog

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog()
DEFINITIONS = definitions(Workspace(inbox="inbox", output="build"))
SPECS = sorted(DEFINITIONS.resolve_all_asset_specs(), key=lambda spec: spec.key.to_user_string())
CHECKS = [
    spec
    for asset in DEFINITIONS.assets or []
    if isinstance(asset, dg.AssetsDefinition)
    for spec in asset.check_specs
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key.to_user_string())
def test_every_asset_says_what_it_is_whose_and_made_with_what(spec: dg.AssetSpec) -> None:
    assert spec.description, "a description"
    assert spec.description.endswith(".")
    assert spec.description.count(". ") == 0, "one sentence"
    assert spec.owners
    assert spec.kinds
    assert spec.tags["region"] == spec.key.path[0]
    region = CATALOG.region(spec.key.path[0])
    assert spec.group_name is not None
    assert spec.group_name.startswith(f"{region.ref_area}_")
    assert spec.partitions_def is not None


@pytest.mark.parametrize("spec", CHECKS, ids=lambda spec: spec.key.to_user_string())
def test_checks_are_named_by_table_and_rule_and_only_the_gates_block(spec: dg.AssetCheckSpec) -> None:
    table, rule = spec.name.split("__")
    assert table == spec.asset_key.path[-1]
    assert spec.description
    assert spec.blocking == (rule in {"audit", "editors_text", "numbers"})
    assert spec.partitions_def is not None


def test_all_regions_load_in_one_process_each_with_its_job() -> None:
    dg.Definitions.validate_loadable(DEFINITIONS)
    jobs = {job.name for job in DEFINITIONS.resolve_all_job_defs()}
    assert {edition_job_name(region) for region in CATALOG.regions} <= jobs
    assert len(CATALOG.regions) >= 3


def test_jobs_run_in_one_process() -> None:
    for region in CATALOG.regions:
        job = DEFINITIONS.resolve_job_def(edition_job_name(region))
        assert job.executor_def is dg.in_process_executor


def test_every_finding_that_rejects_belongs_to_a_family_of_checks() -> None:
    rejecting = {rule.code.split("-")[0] for rule in CATALOG.findings.values() if rule.severity == "error"}
    assert rejecting <= set(FAMILIES)


def test_dagster_sends_nothing_and_frees_killed_runs_in_both_settings() -> None:
    shipped = yaml.safe_load((ROOT / "dagster_home" / "dagster.yaml").read_text(encoding="utf-8"))
    assert shipped["telemetry"] == {"enabled": False}
    assert shipped["run_monitoring"]["enabled"] is True
    assert shipped["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert yaml.safe_load(DAGSTER_SETTINGS) == shipped


def test_the_ui_takes_its_folders_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"INBOX": "in", "OUTPUT": "out", "STORE": "st", "DEMONSTRATION": "true"}.items():
        monkeypatch.setenv(f"TESAT_{name}", value)
    workspace = workspace_of_environment()
    assert (workspace.inbox, workspace.output) == (str(tmp_path / "in"), str(tmp_path / "out"))
    assert workspace.store_folder == tmp_path / "st"
    assert workspace.demonstration is True
    assert (workspace.report_project / "figures").is_dir()


def test_a_chart_is_small_enough_to_be_shown_inline_and_is_well_formed() -> None:
    widest = bars(
        "A title of some forty letters, as is usual", {"<&" + "w" * 40 + str(n): 123456.78 for n in range(20)}
    )
    assert isinstance(widest, dg.MarkdownMetadataValue)
    assert len(widest.md_str) < SHOWN_INLINE
    svg = base64.b64decode(widest.md_str.split("base64,")[1].rstrip(")")).decode()
    root = ET.fromstring(svg)  # noqa: S314
    assert "123,456.78" in "".join(root.itertext())


def test_a_chart_of_nothing_is_a_title() -> None:
    assert "Nothing yet" in str(bars("Nothing yet", {}).value)
