"""Hands a return over: checks it and puts it into the inbox, with its signature, whole or not at all.

Belongs here: the way from the sender's file to the inbox. What becomes of it there is `intake.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from data_contracts.model import Catalog
from pipelines.checking import CheckResult, check_path
from pipelines.locks import FolderLock
from pipelines.signatures import RETURN, sign
from pipelines.signed_returns import signature_of, signature_path

_PARTIAL = ".incoming"


def hand_over(
    path: Path, *, inbox: Path, catalog: Catalog, region_name: str, key: Path | None = None
) -> tuple[CheckResult, Path | None]:
    """Checks a return and copies it into the inbox under its partner, year, submission and hash.

    The signature is made with the key, else that beside the return is taken along; it lies there before the return
    does. The same return again changes nothing but its signature.

    Raises:
        UnreadableReturn: It is not a return at all.
        SignatureError: The key cannot be used.
    """
    result = check_path(path, catalog=catalog, region_name=region_name)
    if result.verdict != "accepted":
        return result, None
    line = result.cover_lines.row(0, named=True)
    stem = f"{line['partner']}-{line['reference_year']}-{line['submission']}-{result.sha256[:12]}"
    target = inbox / (stem if path.is_dir() else stem + path.suffix.lower())
    signature = signature_of(path) if key is None else sign(result.sha256, key=key, namespace=RETURN)
    with FolderLock(inbox / ".lock").held():
        if signature is not None:
            partial = _clear(inbox / _PARTIAL)
            partial.write_bytes(signature)
            partial.replace(signature_path(target))
        if not target.exists():
            partial = _clear(inbox / _PARTIAL)
            _copy(path, partial)
            partial.rename(target)
    return result, target


def _clear(partial: Path) -> Path:
    """The name of what is being copied, without what a killed process left there."""
    if partial.is_dir():
        shutil.rmtree(partial)
    partial.unlink(missing_ok=True)
    return partial


def _copy(path: Path, partial: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, partial)
    else:
        shutil.copyfile(path, partial)
