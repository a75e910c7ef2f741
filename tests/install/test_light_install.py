"""The partner's installation, for real: a fresh environment from `pip install '.[partner]'` and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editions import ROOT

RETURNS = ROOT / "examples" / "demonstration" / "returns"
ACCEPTED = [
    RETURNS / "2025" / "SRB-2025-1.xlsx",
    RETURNS / "2025" / "BIH-2025-1",
    RETURNS / "2025" / "XKX-2025-1.zip",
]
REJECTED = RETURNS / "2025" / "ALB-2025-2.xlsx"
PUBLISHED = ROOT / "examples" / "demonstration" / "published"
HEAVY = (
    "dagster", "duckdb", "great_expectations", "ipykernel", "kaleido", "nbclient", "numpy", "pandas", "playwright",
    "plotly", "pyarrow", "pypandoc", "scipy", "typst",
)  # fmt: skip


def constraints(path: Path) -> Path:
    """The locked versions without their hashes, which pip accepts for whole files of requirements only."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    path.write_text(
        "\n".join(re.findall(r"^[A-Za-z0-9][^\s\\]*==[^\s\\;]+", lock, re.MULTILINE)), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that a partner has."""
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    programs = folder / "venv" / "bin"
    locked = constraints(folder / "constraints.txt")
    done = subprocess.run(
        [programs / "pip", "install", "--quiet", "--disable-pip-version-check", f"{ROOT}[partner]", "-c", locked],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return programs


def run(light: Path, *arguments: str | Path, at: Path) -> subprocess.CompletedProcess[str]:
    """Runs a program of the environment away from the checkout, so that nothing is imported from there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [light / str(arguments[0]), *map(str, arguments[1:])]
    return subprocess.run(command, cwd=at, env=kept, capture_output=True, text=True, check=False, timeout=60)


def test_nothing_heavy_is_there(light: Path, tmp_path: Path) -> None:
    code = f"import importlib.util as u; print([n for n in {HEAVY!r} if u.find_spec(n)])"
    assert run(light, "python", "-c", code, at=tmp_path).stdout == "[]\n"


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.name)
def test_a_good_return_is_accepted(light: Path, tmp_path: Path, path: Path) -> None:
    done = run(light, "tesat", "check", path, at=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ACCEPTED" in done.stdout


def test_a_return_with_errors_is_rejected_with_all_of_them(light: Path, tmp_path: Path) -> None:
    done = run(light, "tesat", "check", REJECTED, "--format", "json", at=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert found["verdict"] == "rejected"
    assert {"T1-unknown-code", "T1-control-total"} <= {finding["code"] for finding in found["findings"]}


def test_what_is_no_return_cannot_be_read(light: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"not a workbook")
    done = run(light, "tesat", "check", path, at=tmp_path)
    assert done.returncode == 2
    assert "L0-cannot-open" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_good_return_is_handed_over_and_a_bad_one_is_not(light: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    done = run(light, "tesat", "submit", ACCEPTED[0], "--inbox", inbox, at=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (handed,) = [path for path in inbox.iterdir() if not path.name.startswith(".")]
    assert handed.read_bytes() == ACCEPTED[0].read_bytes()
    assert run(light, "tesat", "submit", REJECTED, "--inbox", inbox, at=tmp_path).returncode == 1
    assert [path for path in inbox.iterdir() if not path.name.startswith(".")] == [handed]
    shown = run(light, "tesat", "status", "--year", "2025", "--inbox", inbox, at=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "in inbox, not yet checked" in shown.stdout


def test_a_template_is_written_and_checked(light: Path, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    options = ("--partner", "SRB", "--year", "2025", "--language", "sr-Cyrl", "-o", path)
    done = run(light, "tesat", "template", *options, at=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    checked = run(light, "tesat", "check", path, at=tmp_path)
    assert checked.returncode == 1, "an empty template is a return without values"
    assert "C-" in checked.stdout


def test_the_ways_back_need_no_more(light: Path, tmp_path: Path) -> None:
    page, marked = tmp_path / "findings.html", tmp_path / "marked.xlsx"
    done = run(
        light, "tesat", "check", REJECTED, "--format", "html", "-o", page, "--annotated", marked, at=tmp_path
    )
    assert (done.returncode, done.stderr) == (1, f"Wrote {marked}.\n")
    assert "REJECTED" in page.read_text(encoding="utf-8") and marked.read_bytes().startswith(b"PK")
    report = run(light, "tesat", "check", REJECTED, "--format", "ess", at=tmp_path)
    assert json.loads(report.stdout)[0]["value"] == "rejected", report.stderr


def test_a_release_is_verified_without_what_made_it(light: Path, tmp_path: Path) -> None:
    release = next(PUBLISHED.glob("*/SHA256SUMS")).parent
    copy = tmp_path / release.name
    shutil.copytree(release, copy)
    done = run(light, "tesat", "verify", copy, at=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{copy}: every file is as released.\n", "")
    (copy / "data" / "more.csv").write_text("x\n", encoding="utf-8")
    done = run(light, "tesat", "verify", copy, at=tmp_path)
    assert (done.returncode, done.stdout) == (1, "data/more.csv: there, but not listed\n")


@pytest.mark.parametrize("command", ["build", "demo", "verify"])
def test_help_of_what_needs_more_is_there(light: Path, tmp_path: Path, command: str) -> None:
    done = run(light, "tesat", command, "--help", at=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Example: tesat " + command in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--year", "2025", "--inbox", RETURNS, "--output", "editions"),
        ("demo", "--examples", RETURNS),
    ],
    ids=["build", "demo"],
)
def test_what_needs_more_says_in_a_sentence_what_to_install(
    light: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run(light, "tesat", *arguments, at=tmp_path)
    told = f"tesat {arguments[0]} needs the network's installation (dagster is missing): in the project's folder, pip install '.[network]'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert list(tmp_path.iterdir()) == []
