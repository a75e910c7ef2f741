"""A second run reads what is new and what is compared with it, and says what a first run over all would say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_contracts.gate import Gate, gate_here
from data_contracts.model import Catalog
from pipelines import intake
from pipelines.checking_many import check_paths
from pipelines.inbox import inbox_entries
from pipelines.intake import VERDICTS, judge_all, receive_all
from pipelines.kept import Kept
from pipelines.register import Receipt, Store
from tests.mutation.returns import CATALOG, REGION, Maker
from tests.mutation.test_intake import Intake, arrests


class Again:
    """An inbox and a store whose runs keep their verdicts; `read` are the returns that the last run read."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.intake = root, Intake(root)
        self.read: list[str] = []
        self.looked_into: list[str] = []
        receive = Store.receive

        def looked(store: Store, path: Path, **rules: Any) -> Receipt:
            self.looked_into.append(path.name)
            return receive(store, path, **rules)

        monkeypatch.setattr(Store, "receive", looked)

        def seen(paths: Iterable[Path], **rules: Any) -> Iterator[Any]:
            listed = list(paths)
            self.read += [path.name for path in listed]
            return check_paths(listed, **rules)

        monkeypatch.setattr(intake, "check_paths", seen)

    def add(self, name: str, make: Maker) -> None:
        self.intake.add(name, make)

    def run(
        self,
        *,
        basis: str = "code",
        store: Path | None = None,
        catalog: Catalog = CATALOG,
        gate: Gate = gate_here,
    ) -> pl.DataFrame:
        """The verdicts of all that lies in the inbox."""
        self.read = []
        folder = store or self.intake.store
        received = self.received(basis=basis, store=folder, catalog=catalog)
        kept = Kept(folder / "work" / "verdicts", [basis])
        return judge_all(received, store=folder, catalog=catalog, region=REGION, kept=kept, gate=gate)

    def received(
        self, *, basis: str = "code", store: Path | None = None, catalog: Catalog = CATALOG
    ) -> pl.DataFrame:
        """What was received of all that lies in the inbox."""
        self.looked_into = []
        folder = store or self.intake.store
        kept = Kept(folder / "work" / "received", [basis])
        entries, _ = inbox_entries(self.intake.inbox)
        return receive_all(entries, store=folder, catalog=catalog, region=REGION, kept=kept)

    def names_read(self, verdicts: pl.DataFrame) -> set[str]:
        names = dict(verdicts.select("sha256", "name").iter_rows())
        return {names[name.split(".")[0]] for name in self.read}


@pytest.fixture
def again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Again:
    made = Again(tmp_path, monkeypatch)
    for partner in ("ALB", "MKD", "XKX"):
        made.add(partner, arrests(10, partner=partner))
        made.add(f"{partner}-before", arrests(9, partner=partner, reference_year="2024"))
    return made


def test_nothing_new_reads_nothing(again: Again) -> None:
    first = again.run()
    assert again.names_read(first) == set(first["name"])
    assert first["verdict"].unique().to_list() == ["accepted"]
    ledger = (again.intake.store / "ledger.jsonl").read_bytes()
    assert again.run().equals(first)
    assert (again.read, again.looked_into) == ([], [])
    assert (again.intake.store / "ledger.jsonl").read_bytes() == ledger


def test_what_was_received_is_looked_into_again_under_another_name_or_in_another_store(again: Again) -> None:
    first = again.run()
    plain, personal = (again.intake.inbox / name for name in ("ALB-final", "ALB 0689123456"))
    (again.intake.inbox / "ALB").rename(plain)
    assert again.run()["verdict"].to_list() == first["verdict"].to_list()
    assert again.looked_into == [plain.name]
    plain.rename(personal)
    assert "refused" in again.received()["status"].to_list(), "the name itself says of whom it speaks"
    personal.rename(plain)
    (again.intake.store / "ledger.jsonl").write_text("")
    (again.intake.store / "ledger.head").unlink()
    again.run()
    assert sorted(again.looked_into) == sorted(path.name for path in again.intake.inbox.iterdir())


def test_what_was_refused_is_looked_into_each_time(again: Again) -> None:
    again.add("refused", arrests(10, partner="SRB", handling="restricted"))
    for _ in range(2):
        assert again.run().filter(name="refused")["verdict"].to_list() == ["rejected"]
        assert "refused" in again.looked_into


def test_a_correction_is_read_with_those_that_are_compared_with_it(again: Again) -> None:
    again.run()
    again.add("corrected", arrests(40, unspecified=30, partner="ALB", submission="2"))
    second = again.run()
    assert again.names_read(second) == {"corrected", "MKD", "XKX"}
    apart = again.root / "apart"
    for line in second.sort("sha256").iter_rows(named=True):  # the same times of receipt in another store
        Store(apart).receive(
            again.intake.inbox / line["name"],
            received_at=line["received_at"],
            catalog=CATALOG,
            region=CATALOG.region(REGION),
        )
    assert again.run(store=apart).equals(second), "as a run that has nothing from before"
    assert second.filter(name="corrected")["warnings"][0] > 1


def test_a_correction_of_an_earlier_year_is_what_the_later_is_compared_with(again: Again) -> None:
    again.run()
    again.add("corrected", arrests(60, partner="ALB", reference_year="2024", submission="2"))
    second = again.run()
    assert again.names_read(second) == {"corrected", "ALB", "MKD-before", "XKX-before"}
    warned = dict(second.select("name", "warnings").iter_rows())
    assert warned["ALB"] == 1 + warned["MKD"], "ten after sixty asks a question"


def test_other_code_or_contracts_read_all_again(again: Again) -> None:
    first = again.run()
    assert again.run(basis="other code").equals(first)
    assert again.names_read(first) == set(first["name"])


def test_what_is_not_accepted_is_read_each_time(again: Again) -> None:
    again.add("wrong", arrests(10, partner="SRB", operations="many"))
    again.add("early", arrests(10, partner="BIH", submission="3"))
    first = again.run()
    assert dict(
        first.filter(pl.col("name").is_in(["wrong", "early"])).select("name", "verdict").iter_rows()
    ) == {
        "wrong": "rejected",
        "early": "pending",
    }
    assert again.run().equals(first)
    assert again.names_read(first) == {"wrong", "early"}


def test_what_was_taken_back_is_not_accepted_from_before(again: Again) -> None:
    first = again.run()
    sha256 = first.filter(name="ALB")["sha256"][0]
    whose = {"partner": "ALB", "reference_year": 2025, "submission": 1}
    Store(again.intake.store).append("withdrawn", sha256, actor="ALB", reason="withdrawn", **whose)
    second = again.run()
    assert dict(second.select("name", "verdict").iter_rows())["ALB"] == "withdrawn"
    assert again.names_read(second) == {"ALB", "MKD", "XKX"}


def test_a_store_that_was_set_back_accepts_again(again: Again) -> None:
    """The results of a later run are no proof: what counts is what the store holds."""
    first = again.run()
    work = again.root / "kept"
    (again.intake.store / "work").rename(work)
    shutil.rmtree(again.intake.store)
    again.intake.store.mkdir()
    work.rename(again.intake.store / "work")
    second = again.run()
    assert second.drop("received_at").equals(first.drop("received_at"))
    assert again.names_read(second) == set(first["name"])
    assert len(list((again.intake.store / "returns").glob("*.parquet"))) == first.height


def test_a_return_that_only_the_gate_fails_is_compared_with_nobody(again: Again) -> None:
    again.add("odd", arrests(60, unspecified=55, partner="SRB"))
    without = again.root / "without"
    hidden = again.intake.inbox / "odd"
    hidden.rename(without)
    expected = again.run(store=again.root / "apart")
    without.rename(hidden)

    def fails_it(
        frames: Mapping[str, pl.DataFrame], totals: pl.DataFrame, *, catalog: Catalog
    ) -> Callable[[], set[str]]:
        return lambda: set(totals.filter(total="60")["return_id"])

    found = again.run(gate=fails_it)
    odd = found.filter(name="odd")
    assert odd.select("verdict", "gate").rows() == [("rejected", "disagrees")]
    others = [name for name in VERDICTS if name != "received_at"]
    assert found.filter(pl.col("name") != "odd").select(others).equals(expected.select(others))
    accepted = again.run()
    assert accepted.filter(name="odd")["verdict"].to_list() == ["accepted"]
    assert {"ALB", "MKD", "XKX"} <= again.names_read(accepted), "now they are compared with it"
