"""From the inbox to verdicts: every return received, checked by both readers of its contract, and accepted or not.

Belongs here: the order of things over many returns. One return is read in `reading.py`, checked in `checking.py`,
kept in `register.py` and accepted in `acceptance.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog
from pipelines.acceptance import accept
from pipelines.checking import CheckResult, check_path
from pipelines.checking_many import check_paths
from pipelines.comparing import compare, known_returns
from pipelines.errors import UnreadableReturn
from pipelines.inbox import Entry
from pipelines.reading import Return, contract_for
from pipelines.register import Store

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
    ret: Return
    result: CheckResult

    @property
    def is_good(self) -> bool:
        """Whether our own checks accept it."""
        return self.result.verdict == "accepted"


def receive_all(entries: Sequence[Entry], *, store: Path, catalog: Catalog, region: str) -> pl.DataFrame:
    """Registers every entry of the inbox; what may not be handled here, or holds personal data, is not copied.

    Grain: one entry. Columns: `RECEIVED`; `codes` are the finding codes of a refusal. The time of receipt is the
    one on record, else now, and is written once.
    """
    register = Store(store)
    rows = []
    for entry in entries:
        received_at = entry.received_at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        receipt = register.receive(entry.path, received_at=received_at, catalog=catalog)
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
    return pl.DataFrame(rows, schema=RECEIVED)


def judge_all(received: pl.DataFrame, *, store: Path, catalog: Catalog, region: str) -> pl.DataFrame:
    """Checks every registered return at all levels, compares with the gate, and accepts what both accept.

    Grain: one entry of the inbox. Columns: `VERDICTS`; `gate` is `agrees`, `disagrees` or `not_run` (a return that
    cannot be read). Returns are judged by year, partner and submission, so that a later one meets the earlier.
    """
    register = Store(store)
    once = received.unique("sha256", keep="first", maintain_order=True)
    refused, kept = once.filter(status="refused"), once.filter(pl.col("status") != "refused")
    rows = [_unread(row, row["codes"]) for row in refused.iter_rows(named=True)]
    judged = []
    paths = [register.object_path(sha256) for sha256 in kept["sha256"]]
    for row, checked in zip(
        kept.iter_rows(named=True),
        check_paths(paths, catalog=catalog, region=catalog.region(region)),
        strict=True,
    ):
        if isinstance(checked, UnreadableReturn):
            rows.append(_unread(row, sorted({found.code for found in checked.findings})))
        else:
            judged.append(_Judged(row["name"], row["received_at"], *checked))
    failed = failed_at_gate([entry.ret for entry in judged], catalog=catalog)
    candidates = [entry.result for entry in judged if entry.is_good and _agrees(entry.result, failed)]
    known = known_returns(register, candidates, catalog=catalog)
    for entry in sorted(judged, key=_order):
        result = compare(entry.ret, entry.result, known, catalog=catalog)
        rows.append(_judge(replace(entry, result=result), register, catalog=catalog, failed=failed))
    return pl.DataFrame(rows, schema=VERDICTS, orient="row").sort(
        "reference_year", "partner", "submission", "name"
    )


def hand_over(
    path: Path, *, inbox: Path, catalog: Catalog, region_name: str
) -> tuple[CheckResult, Path | None]:
    """Checks a return and copies it into the inbox under its partner, year, submission and hash.

    Raises:
        UnreadableReturn: It is not a return at all.
    """
    result = check_path(path, catalog=catalog, region_name=region_name)
    if result.verdict != "accepted":
        return result, None
    line = result.cover_lines.row(0, named=True)
    stem = f"{line['partner']}-{line['reference_year']}-{line['submission']}-{result.sha256[:12]}"
    target = inbox / (stem if path.is_dir() else stem + path.suffix.lower())
    inbox.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        partial = inbox / f".{target.name}.partial"
        if path.is_dir():
            shutil.copytree(path, partial, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, partial)
        partial.rename(target)
    return result, target


def _order(entry: _Judged) -> tuple[str, str, int, str]:
    submission = entry.ret.text("submission")
    number = int(submission) if submission.isdecimal() else 0
    return entry.ret.text("reference_year"), _partner(entry), number, entry.name


def _partner(entry: _Judged) -> str:
    """The partner's code, also where the cover has its name; as written where the cover's check knows no such one."""
    known = entry.result.cover_lines["partner"].drop_nulls()
    return str(known[0]) if len(known) else entry.ret.text("partner")


def failed_at_gate(returns: Sequence[Return], *, catalog: Catalog) -> set[str]:
    """The hashes of the returns that the Great Expectations suites fail.

    One validation per dataset and version of its contract over all returns, and one over the sums of their tables:
    never one per return, which takes a tenth of a second each.
    """
    from data_contracts.expectations import gate

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
    pandas = {
        dataset: pl.concat(parts, how="diagonal").to_pandas() for dataset, parts in sorted(frames.items())
    }
    declared = pl.DataFrame(totals, schema={"return_id": pl.String, "dataset": pl.String, "total": pl.String})
    return {failure.return_id for failure in gate(pandas, declared.to_pandas(), catalog=catalog)}


def _judge(entry: _Judged, register: Store, *, catalog: Catalog, failed: set[str]) -> dict[str, object]:
    result = entry.result
    agrees = _agrees(result, failed)
    if agrees or result.verdict == "rejected":
        result = accept(register, result, catalog=catalog).result
    verdict = result.verdict if agrees else "rejected"
    errors = sum(found.severity == "error" for found in result.findings)
    return {
        "name": entry.name,
        "sha256": result.sha256,
        "received_at": entry.received_at,
        "partner": _partner(entry) or None,
        "reference_year": _integer(entry.ret.text("reference_year")),
        "submission": _integer(entry.ret.text("submission")),
        "verdict": verdict,
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


def _integer(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None


def _unread(received: Mapping[str, object], codes: Sequence[str]) -> dict[str, object]:
    """The verdict on what was refused, or cannot be read any more."""
    known = {name: received[name] for name in ("name", "sha256", "received_at")}
    known |= {"verdict": "rejected", "gate": "not_run", "errors": len(codes), "warnings": 0, "confirmed": 0}
    return dict.fromkeys(VERDICTS) | known | {"codes": list(codes), "datasets": []}
