"""Many partners at once, and builds at the same time: nothing is lost, nothing stands there twice."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.acceptance import accepted_returns
from pipelines.ledger import Ledger
from pipelines.ledger_verify import read_chain
from pipelines.locks import FolderLock
from pipelines.register import Store
from pipelines.register_verify import verify_store
from tests.editions import ROOT
from tests.hostile import builders as b
from tests.hostile.building import REGION, built
from tests.proofs import CASES, SEED, WHOLE, seeded

TESAT = Path(sys.executable).with_name("tesat")
AT_ONCE = 25
WORDS = [partner.code for partner in load_catalog().region(REGION).partners]
YEARS = ("2021", "2022", "2023", "2024")


def distinct(root: Path, count: int) -> list[Path]:
    """So many different returns: of every partner and year one submission after the other."""
    made = []
    for submission, year, partner in itertools.islice(itertools.product(range(1, 99), YEARS, WORDS), count):
        prepared = f"{int(year) + 1}-02-14"
        cover = b.cover_text(
            partner=partner, reference_year=year, submission=str(submission), prepared_on=prepared
        )
        content = b.files(cover=cover)
        name = root / f"{len(made)}"
        made.append(b.zipped(name.with_suffix(".zip"), content) if len(made) % 3 else b.folder(name, content))
    return made


def submit(path: Path, inbox: Path) -> int:
    done = subprocess.run(
        [TESAT, "submit", path, "--inbox", inbox], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.returncode


@seeded(250)
def test_many_submitters_and_builds_at_once(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    """Four of five returns are distinct, one in five is the same one, as folder and as zip of it."""
    count = CASES["test_many_submitters_and_builds_at_once"]
    root, draw = tmp_path / "root", random.Random(SEED)
    (tmp_path / "from").mkdir()
    returns = distinct(tmp_path / "from", count * 4 // 5)
    same = [b.folder(tmp_path / "same", b.files()), b.zipped(tmp_path / "same.zip")]
    queue = [*returns, *(same[number % 2] for number in range(count // 5))]
    draw.shuffle(queue)
    root.mkdir()
    builder = [sys.executable, "-m", "tests.hostile.building", str(root)]
    builders = [
        subprocess.Popen(builder, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2 if WHOLE else 1)
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = list(pool.map(lambda path: submit(path, root / "inbox"), queue))
    (root / "stop").touch()
    rounds = [process.communicate() for process in builders]
    assert [process.returncode for process in builders] == [0] * len(builders), rounds
    assert codes == [0] * count
    inbox = sorted((root / "inbox").iterdir())
    assert len([path for path in inbox if not path.name.startswith(".")]) == len(returns) + 2
    assert [path.name for path in inbox if path.name.startswith(".")] == [".lock"]
    verdicts = built(root / "inbox", root / "store")
    assert set(verdicts.values()) == {"accepted"} and len(verdicts) == len(returns) + 1
    store = Store(root / "store")
    events = Counter((event["event"], event["sha256"]) for event in store.events())
    for kind in ("received", "accepted"):
        once = [number for (event, _), number in events.items() if event == kind]
        assert once == [1] * (len(returns) + 1), kind
    assert len(list((store.root / "objects").rglob("*.zip"))) == len(returns) + 1
    counting = Counter(
        (line["partner"], line["reference_year"])
        for line in accepted_returns(store).filter(dataset="arrests").iter_rows(named=True)
    )
    assert set(counting.values()) == {1}
    assert verify_store(store.root).problems == ()
    record_property("detail", f"{sum(int(out) for out, _ in rounds)} builds meanwhile")


HAMMER = """
import sys, time
from pathlib import Path
from data_contracts.catalog import load_catalog
from pipelines.handing_over import hand_over
from pipelines.register import Store
root, catalog = Path(sys.argv[1]), load_catalog()
print("ready", flush=True)
while not (root / "go").exists():
    time.sleep(0.001)
for number in range(30):
    Store(root / "store").append("approved", f"{number:064x}")
    Store(root / "store").keep(root / "store" / f"{number}.json", b"x" * 200_000)
    if number % 10 == 0:
        for name in ("same", "same.zip"):
            hand_over(root / name, inbox=root / "inbox", catalog=catalog, region_name="western_balkans")
        if sys.argv[2] == "0":
            for path in (root / "inbox").glob("*-*"):
                path.rename(root / f"taken-{number}-{path.name}")
"""


def test_writers_at_the_very_same_time_break_neither_chain_nor_copies(tmp_path: Path) -> None:
    """Six processes that do nothing but write, while one takes away what lies in the inbox."""
    b.folder(tmp_path / "same")
    b.zipped(tmp_path / "same.zip")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", HAMMER, str(tmp_path), str(number)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    errors = [writer.communicate()[1] for writer in writers]
    assert errors == [""] * len(writers)
    chain = read_chain(tmp_path / "store")
    assert (chain.problem, chain.head.number) == (None, 6 * 30)
    assert {path.stat().st_size for path in (tmp_path / "store").glob("*.json")} == {200_000}
    assert sorted(path.name for path in (tmp_path / "inbox").iterdir() if "incoming" in path.name) == []


def test_a_lock_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from pipelines.locks import FolderLock\n"
        "with FolderLock(Path(sys.argv[1])).held():\n print('held', flush=True); time.sleep(60)"
    )
    path = tmp_path / "ledger.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    waiter = subprocess.Popen(
        [sys.executable, "-c", code.replace("60", "0"), str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        waiter.wait(0.7)
    holder.kill()
    assert waiter.wait(20) == 0
    holder.wait()
    holder.stdout.close()
    with FolderLock(path).held():
        pass


def test_a_lock_may_be_taken_by_who_may_only_read_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.lock"
    path.touch()
    path.chmod(0o444)
    lock = FolderLock(path)
    with lock.held() as outermost, lock.held() as inner:
        assert (outermost, inner) == (True, False)
    handles = [name for name in Path("/proc/self/fd").iterdir() if name.exists()]
    assert path not in [name.resolve() for name in handles]


def test_events_that_others_add_are_seen(tmp_path: Path) -> None:
    """Two views of one ledger, as in two processes, and one that was put back from a backup."""
    first, second = Store(tmp_path), Store(tmp_path)
    first.append("approved", "a" * 64)
    assert [event["number"] for event in second.events()] == [1]
    backup = first.ledger.path.read_bytes()
    second.append("approved", "b" * 64)
    second.append("approved", "a" * 64)
    assert [event["number"] for event in first.ledger.of("a" * 64)] == [1, 3]
    first.ledger.path.write_bytes(backup)
    assert [event["number"] for event in second.events()] == [1]
    assert json.loads(Ledger(tmp_path).path.read_bytes())["number"] == 1
