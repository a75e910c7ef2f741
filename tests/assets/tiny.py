"""A region of two partners, its contracts and its returns, made by the tests themselves."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import yaml

from assets.definitions import definitions
from assets.jobs import RUN_TAGS, edition_job_name
from assets.resources import Workspace
from data_contracts.catalog import PACKAGE_ROOT
from pipelines.edition_data import ANNEX_TABLES

REGION, YEAR = "tiny", 2025
DATA = ("contracts", "code_lists", "cell_faults.yaml", "cover.yaml", "findings.yaml", "interface.yaml")
DATA += ("likelihood.yaml", "narrative", "personal_data.yaml", "trend_words.yaml")
TO_THE_DATA = [
    "received_returns",
    "return_verdicts",
    "exact_incidents",
    "exact_arrests",
    "published_incidents",
    "published_arrests",
    *ANNEX_TABLES,
    "release_data",
]
ARRESTS = ["type_of_terrorism", "offence", "sex", "age_group", "citizenship", "persons", "charged"]
Row = tuple[str, int]


def contracts(root: Path, **over: Any) -> Path:
    """The shipped contracts with one region only; `over`: what its file says otherwise."""
    for name in DATA:
        source = PACKAGE_ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, root / name)
    region: dict[str, Any] = {
        "name": REGION,
        "ref_area": "TINY",
        "names": {"en": "Tiny"},
        "report_title": "Tiny report",
        "languages": ["en"],
        "datasets": ["incidents", "arrests"],
        "series_years": "2",
        "reference_years": ["2024", "2026"],
        "deadline": "03-31",
        "partners": [
            {"code": code, "names": {"en": name}} for code, name in (("AAA", "Aland"), ("BBB", "Bland"))
        ],
        "headline_series": [{"name": "attacks", "dataset": "incidents", "measure": "ATTACKS", "filter": {}}],
    }
    (root / "regions").mkdir()
    (root / "regions" / f"{REGION}.yaml").write_text(yaml.safe_dump(region | over), encoding="utf-8")
    return root


def hand_over(
    inbox: Path,
    partner: str,
    year: int,
    *,
    submission: int = 1,
    rows: Sequence[Row] = (("jihadist", 8), ("right_wing", 4)),
    total: int | None = None,
    status: str = "reported",
) -> Path:
    """A return with arrests by type and no incidents, in a folder of its own."""
    arrests: dict[str, Any] = {"status": status, "release": "exact"}
    if status == "reported":
        counted = sum(persons for _, persons in rows) if total is None else total
        arrests |= {"coverage": "complete", "total": counted, "break_in_series": "false"}
    cover = {
        "partner": partner,
        "reference_year": str(year),
        "submission": str(submission),
        "prepared_on": f"{year + 1}-02-14",
        "contact_point": "Statistics unit",
        "handling": "TLP:GREEN",
        "definitions_version": "1",
        "datasets": {"incidents": {"status": "nil", "release": "exact"}, "arrests": arrests},
    }
    folder = inbox / f"{partner}-{year}-{submission}"
    folder.mkdir(parents=True)
    (folder / "cover.yaml").write_text(yaml.safe_dump(cover), encoding="utf-8")
    lines = [",".join(ARRESTS), *(f"{code},_T,_T,_T,_T,{persons}," for code, persons in rows)]
    (folder / "arrests.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Place:
    """The folders of one test, and the instance that its runs are recorded in."""

    workspace: Workspace
    instance: dg.DagsterInstance

    @property
    def inbox(self) -> Path:
        return self.workspace.inbox_folder

    def run(self, names: Sequence[str] = TO_THE_DATA, *, year: int = YEAR) -> Run:
        """Runs the region's job for a year over some of its assets."""
        result = (
            definitions(self.workspace)
            .resolve_job_def(edition_job_name(REGION))
            .execute_in_process(
                instance=self.instance,
                partition_key=str(year),
                raise_on_error=False,
                resources={"workspace": self.workspace},
                tags=RUN_TAGS,
                asset_selection=[dg.AssetKey([REGION, name]) for name in names],
            )
        )
        return Run(result, self.instance)

    def table(self, name: str, *, year: int = YEAR) -> pl.DataFrame:
        return pl.read_parquet(self.workspace.table(REGION, year, name))


@dataclass(frozen=True)
class Run:
    """One run, as a reader of the UI sees it."""

    result: Any
    instance: dg.DagsterInstance

    @property
    def materialized(self) -> dict[str, dg.AssetMaterialization]:
        """By name, what was materialised last; partner x year assets by name and partition."""
        found = {}
        for event in self.result.all_events:
            if event.is_step_materialization:
                made = event.step_materialization_data.materialization
                name = made.asset_key.path[-1]
                partition = str(made.partition)
                found[f"{name} {partition}" if "|" in partition else name] = made
        return found

    @property
    def checks(self) -> dict[str, dg.AssetCheckEvaluation]:
        """By name, what the checks said."""
        evaluations = self.result.get_asset_check_evaluations()
        return {evaluation.check_name: evaluation for evaluation in evaluations}

    @property
    def warnings(self) -> list[str]:
        """The warnings in the run's event log."""
        entries = self.instance.all_logs(self.result.run_id)
        return [entry.user_message for entry in entries if entry.level == 30]

    @property
    def versions(self) -> dict[str, str]:
        """By name, the data version."""
        return {name: (made.tags or {})["dagster/data_version"] for name, made in self.materialized.items()}


def rows_of(metadata: Mapping[str, dg.MetadataValue], name: str) -> list[Mapping[str, Any]]:
    """The rows of a table in metadata."""
    value = metadata[name]
    assert isinstance(value, dg.TableMetadataValue)
    return [record.data for record in value.records]
