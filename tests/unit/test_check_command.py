"""`tesat check` as it is typed: exit codes, files that are written, and a sentence, never a trace, for every mistake."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assets.cli import app
from tests.editions import TESAT
from tests.unit.faulty_returns import as_folder, plant
from tests.unit.template_filling import filled

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("faulty") / "XKX-2025.xlsx", language="sq")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("good") / "XKX-2025.xlsx", language="sq")


def check(*arguments: object) -> Result:
    done = RUNNER.invoke(app, ["check", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_exit_codes(faulty: Path, good: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    for form in ("text", "json", "html", "ess"):
        codes = [check(path, "--format", form).exit_code for path in (good, faulty, tmp_path / "broken.xlsx")]
        assert codes == [0, 1, 2], form


def test_the_language_is_the_region_s_first_or_the_one_asked_for(good: Path, faulty: Path) -> None:
    assert check(good).stdout.startswith("ACCEPTED")
    assert check(good, "--language", "sr-Cyrl").stdout.startswith("ПРИХВАЋЕНО")
    told = json.loads(check(faulty, "--language", "sq", "--format", "json").stdout)
    assert any(found["rule"].startswith("Fusha prepared_on") for found in told["findings"])


def test_a_file_is_written_in_utf_8_and_an_old_one_stays(faulty: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer.html"
    arguments = (faulty, "--format", "html", "--language", "mk", "-o", target)
    assert check(*arguments).stdout == f"Wrote {target}.\n"
    assert "ОДБИЕНО" in target.read_text(encoding="utf-8")
    target.write_text("mine", encoding="utf-8")
    refused = check(*arguments)
    assert (refused.exit_code, target.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in refused.stderr
    assert check(*arguments, "--force").exit_code == 1
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_marked_workbook_is_written_beside_the_answer(faulty: Path, tmp_path: Path) -> None:
    before, target = faulty.read_bytes(), tmp_path / "marked.xlsx"
    done = check(faulty, "--annotated", target, "--format", "json")
    assert (done.exit_code, done.stderr) == (1, f"Wrote {target}.\n")
    assert json.loads(done.stdout)["verdict"] == "rejected"
    assert faulty.read_bytes() == before and target.read_bytes() != before
    target.write_bytes(b"mine")
    assert check(faulty, "--annotated", target).exit_code == 2
    assert target.read_bytes() == b"mine"


def test_what_is_read_is_never_written(faulty: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(faulty, tmp_path / "own.xlsx"))
    (tmp_path / "link.xlsx").symlink_to(own)
    (tmp_path / "hard.xlsx").hardlink_to(own)
    folder = as_folder(faulty, tmp_path / "return")
    tries = [
        (own, "--annotated", own),
        (own, "--annotated", tmp_path / "link.xlsx"),
        (own, "--annotated", tmp_path / "hard.xlsx"),
        (own, "-o", own),
        (faulty, "--previous", own, "--annotated", own),
        (folder, "--annotated", folder / "marked.xlsx"),
    ]
    for arguments in tries:
        done = check(*arguments, "--force")
        assert done.exit_code == 2 and "stays as it is" in done.stderr, arguments
    assert own.read_bytes() == faulty.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["arrests.csv", "contribution.md", "cover.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.xlsx",), "The return nowhere.xlsx does not exist"),
        (("{good}", "--format", "pdf"), "Use one of text, json, html, ess"),
        (("{good}", "--language", "de"), "Known: en, bs, cnr, hr, mk, sq, sr-Cyrl, sr-Latn"),
        (("{good}", "--region", "nowhere"), "There is no region 'nowhere'"),
        (("{good}", "--time", "2026-03-01"), "Use it with --format ess"),
        (("{good}", "--format", "ess", "--time", "soon"), "Write it as in 2026-03-01T09:30:00Z"),
        (("{good}", "--annotated", "marked.ods"), "name a file that ends in .xlsx"),
        (("{good}", "--annotated", "no/such/folder/marked.xlsx"), "in a folder that exists"),
        (("{good}", "-o", "."), "in a folder that exists"),
        (("{good}", "-o", "x.xlsx", "--annotated", "./x.xlsx"), "Name two files"),
        (("{good}", "--previous", "nowhere.xlsx"), "The previous return nowhere.xlsx does not exist"),
        (("{good}", "--previous", "{good}"), "take one of XKX for a year before 2025"),
    ],
)
def test_every_mistake_is_answered_in_a_sentence(good: Path, arguments: tuple[str, ...], words: str) -> None:
    done = check(*(argument.format(good=good) for argument in arguments))
    assert done.exit_code == 2
    assert words in done.stderr and "Traceback" not in done.stderr + done.stdout


def test_what_cannot_be_read_gets_no_marked_workbook(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    done = check(tmp_path / "broken.xlsx", "--annotated", tmp_path / "marked.xlsx")
    assert done.exit_code == 2
    assert "No marked workbook was written: the return cannot be read." in done.stderr
    assert not (tmp_path / "marked.xlsx").exists()


def test_a_place_that_cannot_be_written_is_said(faulty: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        target = Path("/proc/marked.xlsx")
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        target = tmp_path / "locked" / "marked.xlsx"
    for arguments in (("--annotated", target), ("-o", target)):
        done = check(faulty, *arguments)
        assert done.exit_code == 2 and f"{target} cannot be written: " in done.stderr


def test_a_refused_return_is_told_in_the_same_words_when_it_is_submitted(
    faulty: Path, tmp_path: Path
) -> None:
    done = RUNNER.invoke(app, ["submit", str(faulty), "--inbox", str(tmp_path / "inbox"), "--language", "sq"])
    assert done.exit_code == 1
    assert "REFUZUAR  XKX-2025.xlsx" in done.stdout
    assert done.stdout.endswith("Not handed over. Mend the errors and submit again.\n")


def on_terminal(*arguments: object, environment: dict[str, str]) -> str:
    """What the command writes to a terminal of 90 columns and 30 lines."""
    import fcntl
    import struct
    import subprocess
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    with subprocess.Popen(
        [str(TESAT), "check", *map(str, arguments)], stdout=slave, stderr=slave, env=kept | environment
    ) as running:
        os.close(slave)
        written = b""
        while True:
            try:
                written += os.read(master, 65536)
            except OSError:
                break
        running.wait()
    os.close(master)
    return written.decode()


def test_a_terminal_gets_colours_and_no_more_than_its_screen(faulty: Path) -> None:
    shown = on_terminal(faulty, environment={"TERM": "xterm-256color"})
    plain = re.sub(r"\x1b\[[\d;]+m", "", shown).replace("\r\n", "\n")
    assert "\x1b[1;31mREJECTED\x1b[0m" in shown
    assert len(plain.splitlines()) < 30 and "Not shown: " in plain
    without = on_terminal(faulty, environment={"TERM": "xterm-256color", "NO_COLOR": "1"})
    assert "\x1b[" not in without and without.replace("\r\n", "\n") == plain
    assert "\x1b[" not in check(faulty).stdout


def test_a_system_without_the_letters_of_a_language_still_gets_an_answer(faulty: Path) -> None:
    import subprocess

    done = subprocess.run(
        [str(TESAT), "check", str(faulty), "--language", "sr-Cyrl"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert "ОДБИЈЕНО" in done.stdout.decode("utf-8")
