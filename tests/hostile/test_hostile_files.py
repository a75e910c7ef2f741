"""Files made to do harm: each is refused with the right finding, soon, in little memory, and nothing else happens."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.model import Catalog
from pipelines.acceptance import accept
from pipelines.checking import check_path
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding
from pipelines.inbox import inbox_entries
from pipelines.register import Store
from tests.hostile import builders as b
from tests.hostile.corpus import CORPUS, Case
from tests.proofs import CASES, SEED, seeded

CATALOG = load_catalog()
ROOT = Path(__file__).parents[2]
SECONDS, BYTES = 2.0, 512 * 1024 * 1024
EVERY_CASE = pytest.mark.parametrize("case", CORPUS, ids=[case.name for case in CORPUS])
HEAVY, LIGHT = ([case for case in CORPUS if case.heavy is heavy] for heavy in (True, False))
# What other tests of this file show, besides the corpus.
SHOWN_APART = {"L0-too-slow", "L0-hidden-columns", "L0-hidden-rows"}
COVERED: set[str] = {case.code for case in CORPUS} | SHOWN_APART


def findings(path: Path, catalog: Catalog = CATALOG) -> tuple[Finding, ...]:
    try:
        return check_path(path, catalog=catalog, region_name="western_balkans").findings
    except UnreadableReturn as error:
        return error.findings


def codes(path: Path, catalog: Catalog = CATALOG) -> set[str]:
    return {found.code for found in findings(path, catalog)}


def listing(path: Path) -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    files = (entry for entry in sorted(path.rglob("*")) if entry.is_file() and not entry.is_symlink())
    return {entry.relative_to(path).as_posix(): entry.read_bytes() for entry in files}


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store in which one return has been accepted."""
    folder = tmp_path_factory.mktemp("region")
    made = Store(folder / "store")
    good = b.folder(folder / "good")
    receipt = made.receive(
        good, received_at="2026-03-01T10:00:00Z", catalog=CATALOG, region=CATALOG.region("western_balkans")
    )
    assert receipt.path is not None
    result = check_path(receipt.path, catalog=CATALOG, region_name="western_balkans")
    assert accept(made, result, catalog=CATALOG).status == "accepted"
    shutil.rmtree(good)
    return made


def test_the_corpus_is_large_and_the_pieces_it_is_made_of_are_good(tmp_path: Path) -> None:
    assert len(CORPUS) >= 60
    assert len({case.name for case in CORPUS}) == len(CORPUS)
    good = [b.book(tmp_path / "r.xlsx"), b.folder(tmp_path / "r"), b.zipped(tmp_path / "r.zip")]
    assert [findings(path) for path in good] == [(), (), ()]
    assert findings(b.zipped(tmp_path / "again.xlsx", b.parts(good[0]))) == ()


@EVERY_CASE
def test_refused_with_the_right_finding_and_nothing_else_happens(
    case: Case, store: Store, tmp_path: Path
) -> None:
    path = case.make(tmp_path)
    beside = listing(store.root.parent)
    here, around = sorted(Path.cwd().iterdir()), sorted(tmp_path.parent.iterdir())
    before = processor_seconds()
    found = {found.code: found for found in findings(path)}
    assert processor_seconds() - before < SECONDS
    assert case.code in found
    assert "error" in {one.severity for one in found.values()}
    receipt = store.receive(
        path, received_at="2026-03-02T10:00:00Z", catalog=CATALOG, region=CATALOG.region("western_balkans")
    )
    after = listing(store.root.parent)
    earlier = {name: content for name, content in beside.items() if not name.startswith("store/ledger.")}
    assert {name: after.get(name) for name in earlier} == earlier
    new = {name for name in after if name not in beside}
    kept = {name for name in new if "/objects/" in name}
    assert kept == set() if receipt.path is None else len(kept) <= 1
    assert all(name.startswith(("store/objects/", "store/verdicts/", "store/ledger")) for name in new)
    assert (sorted(Path.cwd().iterdir()), sorted(tmp_path.parent.iterdir())) == (here, around)


SCRIPT = """
import json, resource, sys, time
from pathlib import Path
from typing import Any
from data_contracts.catalog import load_catalog
from pipelines.checking import check_path
from pipelines.errors import UnreadableReturn
catalog = load_catalog()
start = time.process_time()
try:
    found = check_path(Path(sys.argv[1]), catalog=catalog, region_name="western_balkans").findings
except UnreadableReturn as error:
    found = error.findings
child = resource.getrusage(resource.RUSAGE_CHILDREN)
# The kernel's ru_maxrss of a process begins with that of the process that started it; VmHWM does not.
status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
own = int(status["VmHWM"].split()[0])
print(json.dumps({
    "codes": sorted({one.code for one in found}),
    "seconds": time.process_time() - start + child.ru_utime + child.ru_stime,
    "bytes": [own * 1024, child.ru_maxrss * 1024],
}))
"""


@seeded(len(CORPUS))
def test_time_and_memory_of_both_processes(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    """Each in a process of its own: the heavy ones always, of the others as many as the proof asks for."""
    count = CASES["test_time_and_memory_of_both_processes"]
    others = random.Random(SEED).sample(LIGHT, max(count - len(HEAVY), 4))
    worst = [0.0, 0]
    for number, case in enumerate([*HEAVY, *others] if count < len(CORPUS) else CORPUS):
        folder = tmp_path / str(number)
        folder.mkdir()
        measured = of_a_process(case.make(folder))
        assert case.code in measured["codes"], case.name
        assert measured["seconds"] < SECONDS, case.name
        assert max(measured["bytes"]) < BYTES, case.name
        worst = [max(worst[0], measured["seconds"]), max(worst[1], *measured["bytes"])]
        shutil.rmtree(folder)
    record_property("detail", f"at most {worst[0]:.1f} s of processor and {worst[1] / 2**20:.0f} MiB")


def of_a_process(path: Path) -> dict[str, Any]:
    """What a process of its own finds in a return, its processor time and its memory."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def with_limits(path: Path, **over: int) -> Catalog:
    """The shipped contracts with other limits."""
    shutil.copytree(PACKAGE_ROOT, path, ignore=shutil.ignore_patterns("*.py", "__pycache__", "reference"))
    rules = yaml.load((path / "cover.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    rules["limits"] |= {name: str(value) for name, value in over.items()}
    (path / "cover.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    return load_catalog(path)


def test_a_child_that_is_too_slow_or_too_large_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = b.book(tmp_path / "r.xlsx")
    small = with_limits(tmp_path / "small", memory_bytes=6_000_000)
    assert codes(path, small) <= {"L0-too-much-memory", "L0-cannot-open"}
    slow = with_limits(tmp_path / "slow", seconds=1)
    monkeypatch.setattr("pipelines.sandbox._START", "import time; time.sleep(60)  # {root}")
    start = time.monotonic()
    assert codes(path, slow) == {"L0-too-slow"}
    assert time.monotonic() - start < 5
    monkeypatch.setattr("pipelines.sandbox._START", "while True: pass  # {root}")
    assert codes(path, slow) == {"L0-too-slow"}


@pytest.mark.parametrize(
    "script", ["import os; os._exit(3)", "print('no JSON')", "import os; os.abort()", "1/0"]
)
def test_a_child_that_dies_is_a_finding_and_no_crash(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.sandbox._START", script + "  # {root}")
    assert codes(b.book(tmp_path / "r.xlsx")) <= {"L0-cannot-open", "L0-too-much-memory"}


def test_the_child_can_open_and_write_nothing_and_knows_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "import os, sys, json; sys.path.insert(0, {root!r}); from pipelines.sandbox_child import _limit; "
        "_limit(300000000, 10); own = sorted(os.environ); "
        f"f = open({str(tmp_path / 'out')!r}, 'w'); "
        "f.write('x' * 9); import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n f.flush(); wrote = True\nexcept OSError:\n wrote = False\n"
        "print(json.dumps(dict(sheets=[], texts=[['name', None, '', json.dumps([own, wrote])]], external=0)))\n"
        "sys.stdout.flush(); os._exit(0)"
    )
    monkeypatch.setenv("TESAT_SECRET", "x")
    monkeypatch.setattr("pipelines.sandbox._START", script)
    seen: list[object] = []
    monkeypatch.setattr(
        "pipelines.reading_workbook.screen_workbook", lambda sheets, texts, **_: seen.extend(texts) or []
    )
    assert "L0-no-cover" in codes(b.book(tmp_path / "r.xlsx"))
    (text,) = seen
    environment, wrote = json.loads(text[3])  # type: ignore[index]
    assert "TESAT_SECRET" not in environment
    assert wrote is False


def test_what_is_hidden_but_read_is_said(tmp_path: Path) -> None:
    def change(work: object) -> None:
        work["arrests"].column_dimensions["B"].hidden = True  # type: ignore[index]
        work["arrests"].row_dimensions[2].hidden = True  # type: ignore[index]

    found = {one.code: (one.severity, one.seen) for one in findings(b.book(tmp_path / "r.xlsx", change))}
    assert found == {"L0-hidden-columns": ("warning", "1"), "L0-hidden-rows": ("warning", "1")}


def test_ordinary_links_and_texts_of_a_workbook_pass(tmp_path: Path) -> None:
    def change(work: object) -> None:
        sheet = work["cover"]  # type: ignore[index]
        sheet["D1"] = "see"
        sheet["D1"].hyperlink = "https://www.europol.europa.eu/publications"
        sheet.merge_cells("D3:F3")
        work.properties.creator = "Statistics unit"  # type: ignore[attr-defined]

    assert findings(b.book(tmp_path / "r.xlsx", change)) == ()


def test_the_inbox_follows_no_link_and_opens_no_pipe(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    b.folder(inbox / "2025" / "good")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "elsewhere").symlink_to("/etc")
    (inbox / "r.xlsx").symlink_to("/etc/hostname")
    os.mkfifo(inbox / "pipe.zip")
    entries, others = inbox_entries(inbox)
    assert [entry.name for entry in entries] == ["2025/good"]
    assert others == ["elsewhere", "loop", "pipe.zip", "r.xlsx"]


def streamed(path: Path) -> Path:
    """A zip written to a pipe: sizes stand behind each entry."""
    import io

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.content += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in b.files().items():
            archive.writestr(name, content)
    path.write_bytes(pipe.content)
    return path


AT_THE_EDGE: dict[str, Callable[[Path], Path]] = {
    "L0-too-many-entries": lambda p: b.zipped(p / "r.zip", {f"{n}.csv": b"" for n in range(300)}),
    "L0-zip-ratio": lambda p: b.zipped(p / "r.zip", b.files() | {"x.csv": b"\0" * 900_000}),
    "L0-polyglot": lambda p: streamed(p / "r.zip"),
    "L0-overlapping-entries": lambda p: b.overlapping(p / "r.zip", 1),
    "L0-unsafe-name": lambda p: b.zipped(
        p / "r.zip", b.files() | {"Përmbledhje 2025 (кратко).console.csv": b"x"}
    ),
    "L0-too-deep": lambda p: b.folder(p / "r", b.files() | {"a/b/c/x.csv": b"x"}),
    "L0-line-too-long": lambda p: b.folder(p / "r", b.files() | {"contribution.md": b"x" * 20_000}),
    "L0-sheet-too-large": lambda p: b.folder(p / "r", b.files(arrests=f"{b.HEADER}\n" + "\n" * 24_990)),
    "L0-too-large": lambda p: b.folder(p / "r", b.files() | {"contribution.md": b"x\n" * 100_000}),
    "L0-contribution-too-long": lambda p: b.folder(p / "r", b.files() | {"contribution.md": b"# x\ny\n" * 5}),
    "L0-merged-cells": lambda p: b.book(p / "r.xlsx", lambda work: work["cover"].merge_cells("D1:E2")),
    "L0-hidden-sheet": lambda p: b.book(p / "r.xlsx", lambda work: work.create_sheet("codes")),
    "L0-repeated-entry": lambda p: b.folder(p / "r", b.files() | {"a/x.csv": b"x", "b/x.csv": b"x"}),
    "L0-mixed-alphabets": lambda p: b.folder(
        p / "r", b.files(cover=b.with_note("COVID-а, ТВ-екипа, TE-SAT"))
    ),
    "L0-invisible-characters": lambda p: b.folder(
        p / "r", b.files(arrests=f"\ufeff{b.HEADER}\n{b.ROW}\u200b\n")
    ),
    "L0-formula": lambda p: b.book(p / "r.xlsx", lambda work: work.create_sheet("example").append(["=1+1"])),
}


@pytest.mark.parametrize("code", AT_THE_EDGE)
def test_at_the_edge_of_a_rule_it_passes(code: str, tmp_path: Path) -> None:
    assert code not in codes(AT_THE_EDGE[code](tmp_path))
