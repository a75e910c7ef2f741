"""From the inbox to verdicts: every return received, checked by both readers of its contract, and accepted or not.

Belongs here: the order of things over many returns. One return is read in `reading.py`, checked in `checking.py`,
kept in `register.py` and accepted in `acceptance.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.gate import Gate, gate_here
from data_contracts.model import Catalog, Region
from pipelines.acceptance import accept
from pipelines.checking import CheckResult
from pipelines.checking_many import check_paths
from pipelines.comparing import KnownReturns, compare
from pipelines.errors import UnreadableReturn
from pipelines.identity import Identity, identity_of
from pipelines.inbox import Entry
from pipelines.kept import NOTHING_KEPT, Kept
from pipelines.ledger import now
from pipelines.limits_hash import known_sha256
from pipelines.reading import Return, contract_for
from pipelines.register import Receipt, Store
from pipelines.submission_numbers import is_withdrawn, missing_before, waiting
from pipelines.verdicts_kept import KeptVerdicts

RECEIVED: dict[str, pl.DataType] = {
    "name": pl.String(),
    "sha256": pl.String(),
    "received_at": pl.String(),
    "status": pl.String(),
    "codes": pl.List(pl.String),
}
VERDICTS: dict[str, pl.DataType] = {
    "name": pl.String(),
    "sha256": pl.String(),
    "received_at": pl.String(),
    "partner": pl.String(),
    "reference_year": pl.Int32(),
    "submission": pl.Int32(),
    "verdict": pl.String(),
    "gate": pl.String(),
    "errors": pl.Int32(),
    "warnings": pl.Int32(),
    "confirmed": pl.Int32(),
    "codes": pl.List(pl.String),
    "datasets": pl.List(pl.String),
}


@dataclass(frozen=True)
class _Judged:
    name: str
    received_at: str
    order: int  # of its receipt
    whose: Identity
    ret: Return
    result: CheckResult

    @property
    def is_good(self) -> bool:
        """Whether our own checks accept it."""
        return self.result.verdict == "accepted"


@dataclass(frozen=True)
class _Compared:
    """The returns that were compared and with which, and the verdicts of an earlier run that still hold."""

    known: KnownReturns
    settled: list[dict[str, Any]]
    entries: list[_Judged]


def receive_all(
    entries: Sequence[Entry], *, store: Path, catalog: Catalog, region: str, kept: Kept = NOTHING_KEPT
) -> pl.DataFrame:
    """Registers every entry of the inbox; what may not be handled here, or holds personal data, is not copied.

    With `kept`, what an earlier run found fit to be received, under the same name, is not looked into again.

    Grain: one entry. Columns: `RECEIVED`; `codes` are the finding codes of a refusal. The time of receipt is the
    one on record, else now, and is written once.
    """
    register = Store(store)
    rows = []
    for entry in entries:
        receipt = _receipt(entry, register, catalog=catalog, region=catalog.region(region), kept=kept)
        status = "refused" if receipt.status == "refused" else "received"
        codes = sorted({found.code for found in receipt.findings})
        rows.append(
            {
                "name": entry.name,
                "sha256": receipt.sha256,
                "received_at": receipt.received_at,
                "status": status,
                "codes": codes,
            }
        )
    kept.forget_others()
    return pl.DataFrame(rows, schema=RECEIVED)


def _receipt(entry: Entry, register: Store, *, catalog: Catalog, region: Region, kept: Kept) -> Receipt:
    sha256 = known_sha256(entry.path, catalog=catalog)
    if kept.find(entry.name, sha256) is not None and register.ledger.newest(sha256, ("received",)):
        return register.receipt(sha256)
    receipt = register.receive(
        entry.path, received_at=entry.received_at or now(), catalog=catalog, region=region
    )
    if receipt.status != "refused" and receipt.sha256 == sha256:
        kept.keep(b"", entry.name, sha256)
    return receipt


def judge_all(
    received: pl.DataFrame,
    *,
    store: Path,
    catalog: Catalog,
    region: str,
    gate: Gate = gate_here,
    kept: Kept = NOTHING_KEPT,
) -> pl.DataFrame:
    """Checks every registered return at all levels, compares with the gate, and accepts what both accept.

    Returns that were taken in before and have no last word yet are judged with them, also where they lie in the inbox
    no longer. All are judged by year, partner, submission and receipt, so that a later one meets the earlier. With
    `kept`, those that were accepted by an earlier run and are compared with the same returns are not read again.

    Grain: one return. Columns: `VERDICTS`; `verdict` is `accepted`, `rejected`, `pending` or `withdrawn`; `gate` is
    `agrees`, `disagrees` or `not_run` (a return that cannot be read).
    """
    register = Store(store)
    # One whose name holds personal data is refused under that name, and taken in under another.
    once = received.sort("status", maintain_order=True).unique("sha256", keep="first", maintain_order=True)
    rows = [_unread(row, row["codes"]) for row in once.filter(status="refused").iter_rows(named=True)]
    taken = [*once.filter(pl.col("status") != "refused").iter_rows(named=True)]
    taken += _left_over(register, {row["sha256"] for row in taken})
    before = KeptVerdicts(kept, register)
    passed = {row["sha256"] for row in taken if before.passed(row["sha256"])}
    reader = _Reader(register, catalog, region)
    judged = reader.read(row for row in taken if row["sha256"] not in passed)
    asked = asked_gate([entry.ret for entry in judged], catalog=catalog, gate=gate)
    good = {entry.ret.sha256 for entry in judged if entry.is_good}

    def compared(failed: set[str]) -> _Compared:
        may_count = [entry.result for entry in _that_may_count(judged, register) if entry.is_good]
        candidates = [result for result in may_count if _agrees(result, failed)]
        known = KnownReturns(register, candidates, passed, catalog=catalog)
        settled, again = [], []
        for row in taken:
            if row["sha256"] in passed:
                verdict = before.find(row["sha256"], known.beside(row["sha256"]))
                if verdict is None:
                    again.append(row)
                else:
                    settled.append({**row, **verdict})
        entries = [
            replace(entry, result=compare(entry.ret, entry.result, known, catalog=catalog))
            for entry in sorted([*judged, *reader.read(again)], key=_order)
        ]
        return _Compared(known, settled, entries)

    found = compared(set())  # the gate answers meanwhile, and hardly ever finds what our own reader did not
    failed = asked()
    if good & failed:
        found = compared(failed)
    rows += found.settled
    for entry in found.entries:
        rows.append(_judge(entry, register, catalog=catalog, failed=failed))
        if rows[-1]["verdict"] == "accepted":
            before.keep(rows[-1], found.known.beside(entry.ret.sha256))
    kept.forget_others()
    whole = [{name: row[name] for name in VERDICTS} for row in (*rows, *reader.unread.values())]
    frame = pl.DataFrame(whole, schema=VERDICTS, orient="row")
    return frame.sort("reference_year", "partner", "submission", "name")


def _left_over(register: Store, seen: set[str]) -> Iterator[dict[str, str]]:
    """The returns of the register that wait and lie in the inbox no longer, under the beginning of their hash."""
    for sha256 in waiting(register):
        if sha256 not in seen:
            received_at = register.receipt(sha256).received_at
            yield {"name": f"register:{sha256[:12]}", "sha256": sha256, "received_at": received_at}


class _Reader:
    """Reads and checks registered returns; what cannot be read any more is kept apart."""

    def __init__(self, store: Store, catalog: Catalog, region: str) -> None:
        self.store, self.catalog, self.region = store, catalog, catalog.region(region)
        self.unread: dict[str, dict[str, object]] = {}

    def read(self, rows: Iterable[Mapping[str, str]]) -> list[_Judged]:
        """Those that can be read, by year, partner, submission and receipt."""
        taken = list(rows)
        paths = [self.store.object_path(row["sha256"]) for row in taken]
        results = check_paths(paths, catalog=self.catalog, region=self.region)
        judged = []
        for row, checked in zip(taken, results, strict=True):
            if isinstance(checked, UnreadableReturn):
                codes = sorted({found.code for found in checked.findings})
                self.unread[row["sha256"]] = _unread(row, codes)
            else:
                judged.append(self._judged(row, *checked))
        return sorted(judged, key=_order)

    def _judged(self, row: Mapping[str, str], ret: Return, result: CheckResult) -> _Judged:
        receipt = self.store.ledger.newest(ret.sha256, ("received",))
        whose = identity_of(ret.fields, region=self.region)
        order = 0 if receipt is None else int(receipt["number"])
        return _Judged(row["name"], row["received_at"], order, whose, ret, result)


def _that_may_count(judged: Sequence[_Judged], register: Store) -> Iterator[_Judged]:
    """Those that do not wait for a number that neither the store nor this run has, and were not withdrawn."""
    here = {(entry.whose.partner, entry.whose.reference_year, entry.whose.submission) for entry in judged}
    for entry in judged:
        line = entry.whose.values()
        missing = missing_before(register, line) if line else None
        waits = missing is not None and (entry.whose.partner, entry.whose.reference_year, missing) not in here
        if not waits and not is_withdrawn(register, entry.ret.sha256):
            yield entry


def _order(entry: _Judged) -> tuple[int, str, int, int]:
    whose = entry.whose
    return whose.reference_year or 0, whose.partner or "", whose.submission or 0, entry.order


def asked_gate(
    returns: Sequence[Return], *, catalog: Catalog, gate: Gate = gate_here
) -> Callable[[], set[str]]:
    """Asks which returns the Great Expectations suites fail; the hashes are there when they are called for.

    One validation per dataset and version of its contract over all returns, and one over the sums of their tables:
    never one per return, which takes a tenth of a second each.
    """
    frames: dict[str, list[pl.DataFrame]] = {}
    totals = []
    for ret in returns:
        for dataset, sheet in ret.sheets.items():
            if sheet.rows.is_empty():
                continue
            version = contract_for(catalog, dataset, version=ret.version).version
            named = sheet.rows.with_columns(return_id=pl.lit(ret.sha256), definitions_version=pl.lit(version))
            frames.setdefault(dataset, []).append(named)
            total = ret.text(f"{dataset}.total")
            totals.append({"return_id": ret.sha256, "dataset": dataset, "total": total})
    if not frames:
        return set
    whole = {dataset: pl.concat(parts, how="diagonal") for dataset, parts in sorted(frames.items())}
    declared = pl.DataFrame(totals, schema={"return_id": pl.String, "dataset": pl.String, "total": pl.String})
    return gate(whole, declared, catalog=catalog)


def _judge(entry: _Judged, register: Store, *, catalog: Catalog, failed: set[str]) -> dict[str, object]:
    result, agrees = entry.result, _agrees(entry.result, failed)
    standing = "rejected"
    if agrees or result.verdict == "rejected":
        became = accept(register, result, catalog=catalog)
        result = became.result
        if agrees:
            standing = "accepted" if became.status == "unchanged" else became.status
    errors = sum(found.severity == "error" for found in result.findings)
    return {
        "name": entry.name,
        "sha256": result.sha256,
        "received_at": entry.received_at,
        "partner": entry.whose.partner or entry.ret.text("partner") or None,
        "reference_year": entry.whose.reference_year,
        "submission": entry.whose.submission,
        "verdict": standing,
        "gate": "agrees" if agrees else "disagrees",
        "errors": errors,
        "warnings": sum(found.severity == "warning" for found in result.findings),
        "confirmed": sum(found.confirmed for found in result.findings),
        "codes": sorted({found.code for found in result.findings if found.severity == "error"}),
        "datasets": sorted(result.tables),
    }


def _agrees(result: CheckResult, failed: set[str]) -> bool:
    """Whether both readers of the contracts say the same of the return's rows."""
    errors = any(found.severity == "error" and found.code.startswith("T1-") for found in result.findings)
    return errors == (result.sha256 in failed)


def _unread(received: Mapping[str, object], codes: Sequence[str]) -> dict[str, object]:
    """The verdict on what was refused, or cannot be read any more."""
    known = {name: received[name] for name in ("name", "sha256", "received_at")}
    known |= {"verdict": "rejected", "gate": "not_run", "errors": len(codes), "warnings": 0, "confirmed": 0}
    return dict.fromkeys(VERDICTS) | known | {"codes": list(codes), "datasets": []}
