"""The demonstration on its way to readers: by the command line, by a run, with everything that can stand against it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner, Result

from assets.cli import app
from assets.definitions import definitions
from assets.resources import Workspace
from data_contracts.catalog import load_catalog
from pipelines.checksums import write_checksums
from pipelines.register_verify import verify_store
from tests.editions import Built

REGION, YEAR = "western_balkans", 2025
CODES = [partner.code for partner in load_catalog().region(REGION).partners]


@dataclass(frozen=True)
class Desk:
    """A copy of the demonstration and of its store, to be published or tampered with."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "out" / f"{REGION}-{YEAR}"

    @property
    def store(self) -> Path:
        return self.root / "store"

    def tesat(self, command: str, *more: str, year: int = YEAR) -> Result:
        places = ["--year", str(year), "--store", str(self.store)]
        output = [] if command == "restore" else ["--output", str(self.root / "out")]
        return CliRunner().invoke(app, [command, *places, *output, *more])

    def all_approve(self) -> None:
        asked = [("--partner", code) for code in CODES] + [("--person", name) for name in ("anna", "boris")]
        for option, name in asked:
            done = self.tesat("approve", option, name)
            assert done.exit_code == 0, done.output


@pytest.fixture
def desk(demonstration: Built, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    shutil.copytree(demonstration.folder, desk.folder)
    ignored = shutil.ignore_patterns("work", "dagster_home")
    shutil.copytree(demonstration.folder.parent / ".store", desk.store, ignore=ignored)
    return desk


def test_nothing_is_published_that_was_not_approved_and_all_reasons_are_said_at_once(desk: Desk) -> None:
    done = desk.tesat("publish", "--head", "1:" + "0" * 64)
    assert done.exit_code == 1
    said = done.output.splitlines()
    assert said[0] == "Not published:"
    assert "entry 1 is not the one that the head that was noted names" in said[1]
    assert said[2].startswith("- 0 of 6 partners have approved: ALB has not approved; BIH has not")
    assert said[3] == "- 0 of 2 persons of the region have approved."
    assert not (desk.store / "releases" / f"{REGION}-{YEAR}").exists()
    listed = desk.tesat("approvals")
    assert listed.exit_code == 1
    assert re.search(r"^XKX +partner +has not approved$", listed.output, re.M)


def test_what_a_partner_approves_can_be_read_first(desk: Desk) -> None:
    shown = desk.tesat("approve", "--partner", "XKX", "--show", str(desk.root / "read.txt"))
    assert shown.exit_code == 0
    text = (desk.root / "read.txt").read_text()
    assert text.splitlines()[1].removeprefix("Hash to be signed: ") in shown.output
    assert "# Passages" in text and "Kosovo*" in text
    assert 'data/arrests.csv: ["dataflow"' in text
    assert '"ALB"' not in text.split("# Lines of data")[1].split("data/claims")[0]
    assert desk.tesat("approve").exit_code == 2


def test_an_approved_edition_goes_out_once_is_corrected_with_a_note_and_restored(desk: Desk) -> None:
    desk.all_approve()
    listed = desk.tesat("approvals")
    assert (listed.exit_code, listed.output.count("has approved")) == (0, 8)
    done = desk.tesat("publish")
    assert "Published western_balkans 2025 as version 1" in done.output
    releases = desk.store / "releases" / f"{REGION}-{YEAR}"
    assert (releases / "latest" / "index.html").read_bytes() == (desk.folder / "index.html").read_bytes()
    again = desk.tesat("publish")
    assert "Nothing to do: version 1" in again.output
    assert verify_store(desk.store).problems == ()
    restored = desk.tesat("restore", "--version", "1", "--note", "as it was")
    assert "Readers get version 1" in restored.output
    assert json.loads((releases / "versions.json").read_text())["history"][1]["note"] == "as it was"


def test_a_number_that_was_edited_is_found_by_the_audit_though_everybody_approves_it(desk: Desk) -> None:
    page = desk.folder / "index.html"
    text = page.read_text(encoding="utf-8")
    value = re.search(r'(data-key="incidents[^"]*"[^>]*>)(\d+)(<)', text)
    assert value is not None
    page.write_text(text.replace(value[0], f"{value[1]}{int(value[2]) + 1}{value[3]}", 1), encoding="utf-8")
    write_checksums(desk.folder)
    desk.all_approve()
    done = desk.tesat("publish")
    assert done.exit_code == 1
    assert "places hold a number that is not explained: index.html" in done.output


def test_a_run_is_refused_as_the_command_is(desk: Desk) -> None:
    workspace = Workspace(
        inbox=str(desk.root), output=str(desk.root / "out"), store=str(desk.store), demonstration=True
    )
    with dg.DagsterInstance.ephemeral(tempdir=str(desk.root)) as instance:
        result = (
            definitions(workspace)
            .resolve_job_def(f"{REGION}_publication")
            .execute_in_process(
                instance=instance,
                partition_key=str(YEAR),
                raise_on_error=False,
                resources={"workspace": workspace},
            )
        )
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert "0 of 6 partners have approved" in failure.step_failure_data.error.message
