"""Signatures under a published release, for a reader who has the release and the signers' public keys.

Belongs here: what is published of the approvals that a version stands on, in `versions.json` beside it, and looking at
it again without the store. Only signed approvals are published: the others are lines by an account of the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.model import Catalog
from pipelines.checksums import CHECKSUMS, sha256_of
from pipelines.errors import SignatureError
from pipelines.ledger import Event
from pipelines.register import Store
from pipelines.signatures import APPROVAL, NOT_GOOD, Signers, verify
from pipelines.signoff_content import approval_hash, content_hash, what_names, whole_hash


@dataclass(frozen=True)
class Signed:
    """Whether one signature under a release is good; `says` is a sentence."""

    approver: str
    good: bool
    says: str


def signed_approvals(store: Store, published: Event) -> list[dict[str, Any]]:
    """The signed approvals that a version was published on, with their signatures."""
    wanted, events = set(published.get("approvals", ())), store.events()
    found = []
    for event in events:
        path = store.root / "signatures" / f"{event['sha256']}.sig"
        if event["event"] != "approved" or event["sha256"] not in wanted or "key" not in event:
            continue
        own = {name: event[name] for name in ("edition", "kind", "approver")}
        withdrawn = sum(one["event"] == "unapproved" and own.items() <= one.items() for one in events)
        signature = path.read_text(encoding="ascii") if path.is_file() else ""
        found.append(
            {"kind": event["kind"], "approver": event["approver"], "withdrawn": withdrawn}
            | {"signed_at": event["signed_at"], "signature": signature}
        )
    return found


def look_at_signatures(folder: Path, versions: Path, *, signers: Signers, catalog: Catalog) -> list[Signed]:
    """What became of each signature that `versions.json` has for the release in a folder.

    Raises:
        SignatureError: The list of versions cannot be read, does not know the release, or has no signature for it.
    """
    try:
        history = json.loads(versions.read_text(encoding="utf-8"))["history"]
        about = json.loads((folder / "data" / "edition.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as error:
        raise SignatureError(
            f"{versions}: no list of versions; name the versions.json that lies beside the release."
        ) from error
    own = sha256_of(folder / CHECKSUMS)
    known = [one for one in history if one["event"] == "published" and one["sha256"] == own]
    if not known:
        raise SignatureError(f"{versions}: does not list this release; name the one that lies beside it.")
    if not known[-1].get("signed"):
        raise SignatureError(f"{versions}: has no signature for version {known[-1]['version']}.")
    return list(_looked_at(folder, about, known[-1]["signed"], signers=signers, catalog=catalog))


def _looked_at(
    folder: Path,
    about: Mapping[str, Any],
    signed: list[dict[str, Any]],
    *,
    signers: Signers,
    catalog: Catalog,
) -> Iterator[Signed]:
    partners = {one.code: one for one in catalog.region(about["region"]).partners}
    for one in signed:
        approver, kind = one["approver"], one["kind"]
        content = whole_hash(folder)
        if kind == "partner":
            content = content_hash(what_names(folder, partners[approver], language=about["language"]))
        digest = approval_hash(
            kind,
            edition=f"{about['region']}-{about['year']}",
            approver=approver,
            content=content,
            withdrawn=one["withdrawn"],
        )
        found = verify(
            digest,
            one["signature"].encode(),
            signer=approver,
            at=one["signed_at"],
            namespace=APPROVAL,
            signers=signers,
        )
        if found.outcome == "good":
            yield Signed(approver, True, f"{approver} ({kind}): signed {one['signed_at']} with {found.key}.")
        else:
            yield Signed(approver, False, f"{approver} ({kind}): the signature {NOT_GOOD[found.outcome]}.")
