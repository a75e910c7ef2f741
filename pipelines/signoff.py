"""Sign-off: partners approve what an edition says of them, persons of the region approve the whole of it.

Belongs here: giving an approval, taking it back, and whether those that there are still hold. What is approved is
`signoff_content.py`, what may be published `release_gate.py`. An approval is an event of the ledger over a hash of the
exact content: one byte more or less, and it holds no longer. Once a key of the approver is registered, it is signed
as a return is, and the signature is looked at again whenever it counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from data_contracts.model import Region
from pipelines.checksums import CHECKSUMS, checksum_problems, sha256_of
from pipelines.errors import ReleaseRefused
from pipelines.ledger import Event
from pipelines.register import Store
from pipelines.signatures import APPROVAL, NOT_GOOD, Signers, signers_of, verify
from pipelines.signoff_content import Named, approval_hash, content_hash, what_names, whole_hash

PARTNER, PERSON = "partner", "person"


@dataclass(frozen=True)
class Asked:
    """What one approver is asked to approve: the hash, and for a partner what names it."""

    kind: str
    approver: str
    hash: str
    named: Named | None = None


@dataclass(frozen=True)
class Standing:
    """Whether an approver has approved the edition as it lies there; `why` says what is open."""

    asked: Asked
    holds: bool
    why: str


@dataclass(frozen=True)
class Draft:
    """A built edition that is to be approved."""

    folder: Path
    store: Store
    region: Region
    year: int

    @property
    def edition(self) -> str:
        """The name of the edition."""
        return f"{self.region.name}-{self.year}"

    @property
    def language(self) -> str:
        """The language of the edition.

        Raises:
            ReleaseRefused: The folder holds another edition, or none.
        """
        path = self.folder / "data" / "edition.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            language, found = str(about["language"]), (about["region"], about["year"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseRefused(f"{path} describes no edition; build {self.edition} first.") from error
        if found != (self.region.name, self.year):
            raise ReleaseRefused(
                f"{path} describes another edition than {self.edition}; name the right folder."
            )
        return language

    def events(self, kind: str, approver: str) -> list[Event]:
        """What the ledger says of an approver's approvals of this edition, oldest first."""
        own = {"edition": self.edition, "kind": kind, "approver": approver}
        named = [event for event in self.store.events() if event["event"] in ("approved", "unapproved")]
        return [event for event in named if own.items() <= event.items()]


def asked_of(draft: Draft, kind: str, approver: str) -> Asked:
    """What an approver is asked to approve now.

    Raises:
        ReleaseRefused: There is no such approver, or the edition is not as it was built.
    """
    _as_built(draft)
    withdrawn = sum(event["event"] == "unapproved" for event in draft.events(kind, approver))
    named = None
    if kind == PARTNER:
        found = {member.code: member for member in draft.region.partners_in(draft.year)}
        if approver not in found:
            raise ReleaseRefused(
                f"{approver} is no partner of {draft.edition}. Partners: {', '.join(found)}."
            )
        named = what_names(draft.folder, found[approver], language=draft.language)
    elif approver in {member.code for member in draft.region.partners}:
        raise ReleaseRefused(f"{approver} is a partner, not a person of the region: use --partner.")
    content = whole_hash(draft.folder) if named is None else content_hash(named)
    digest = approval_hash(
        kind, edition=draft.edition, approver=approver, content=content, withdrawn=withdrawn
    )
    return Asked(kind, approver, digest, named)


def approve(draft: Draft, asked: Asked, *, signature: bytes | None, at: str, actor: str) -> Event:
    """Writes an approval down, with its signature once a key of the approver is registered.

    Raises:
        ReleaseRefused: The edition has changed since it was read, or the signature is not as it must be.
        SignatureError: The files of keys, or the program that reads signatures, are not as they must be.
    """
    signers = signers_of(draft.store.root, draft.region.name)
    with draft.store.locked():
        if asked_of(draft, asked.kind, asked.approver).hash != asked.hash:
            raise ReleaseRefused(
                f"{draft.edition} was changed while {asked.approver} read it; read it again."
            )
        values: dict[str, object] = {"edition": draft.edition, "kind": asked.kind, "approver": asked.approver}
        if signers.needs(asked.approver):
            values |= _signed(draft, asked, signature, at=at, signers=signers)
            actor = asked.approver
        return draft.store.append("approved", asked.hash, actor=actor, signed_at=at, **values)


def unapprove(draft: Draft, kind: str, approver: str, *, actor: str) -> Event:
    """Takes an approval back. Both stay in the ledger, and the signature that was given is void.

    Raises:
        ReleaseRefused: There is none to take back.
    """
    with draft.store.locked():
        given = draft.events(kind, approver)
        if not given or given[-1]["event"] != "approved":
            raise ReleaseRefused(
                f"{approver} has not approved {draft.edition}, so that nothing is taken back."
            )
        values = {"edition": draft.edition, "kind": kind, "approver": approver}
        return draft.store.append("unapproved", given[-1]["sha256"], actor=actor, **values)


def standings(draft: Draft) -> list[Standing]:
    """Where the approvals of an edition stand: of every partner, and of each person who has given one.

    Raises:
        ReleaseRefused: The edition is not as it was built.
    """
    signers = signers_of(draft.store.root, draft.region.name)
    partners = [member.code for member in draft.region.partners_in(draft.year)]
    persons = {
        event["approver"]: None
        for event in draft.store.events()
        if event["event"] == "approved" and (event["edition"], event["kind"]) == (draft.edition, PERSON)
    }
    asked = [(PARTNER, code) for code in partners] + [
        (PERSON, name) for name in persons if name not in partners
    ]
    return [_standing(draft, asked_of(draft, kind, approver), signers) for kind, approver in asked]


def _standing(draft: Draft, asked: Asked, signers: Signers) -> Standing:
    given = draft.events(asked.kind, asked.approver)
    if not given:
        return Standing(asked, False, "has not approved")
    last = given[-1]
    if last["event"] == "unapproved":
        return Standing(asked, False, "has taken the approval back")
    if last["sha256"] != asked.hash:
        return Standing(asked, False, "has approved other content: what was approved was changed since")
    problem = _signature_problem(draft, asked, last, signers)
    return Standing(asked, problem is None, problem or "has approved")


def _signature_problem(draft: Draft, asked: Asked, event: Event, signers: Signers) -> str | None:
    """What is wrong with the signature of an approval; None where it is good, or need not be there."""
    if not signers.needs(asked.approver):
        unknown = asked.kind == PERSON and signers.keys
        return "is not registered among the signers" if unknown else None
    path = signature_file(draft.store, asked)
    if "key" not in event or not path.is_file():
        return "has approved without the signature that is needed; approve again"
    found = verify(
        asked.hash,
        path.read_bytes(),
        signer=asked.approver,
        at=str(event["signed_at"]),
        namespace=APPROVAL,
        signers=signers,
    )
    return None if found.outcome == "good" else f"has approved, but the signature {NOT_GOOD[found.outcome]}"


def _signed(
    draft: Draft, asked: Asked, signature: bytes | None, *, at: str, signers: Signers
) -> dict[str, object]:
    if signature is None:
        raise ReleaseRefused(
            f"{asked.approver} has a registered key, so that its approvals are signed: name the key with --sign, or "
            f"sign the hash {asked.hash} for {APPROVAL} and give the file with --signature."
        )
    found = verify(asked.hash, signature, signer=asked.approver, at=at, namespace=APPROVAL, signers=signers)
    if found.outcome != "good":
        raise ReleaseRefused(f"The signature {NOT_GOOD[found.outcome]}. Nothing was approved.")
    path = draft.store.keep(signature_file(draft.store, asked), signature)
    name = path.relative_to(draft.store.root).as_posix()
    return {"key": found.key, "files": {name: sha256_of(path)}}


def signature_file(store: Store, asked: Asked) -> Path:
    """Where the signature of an approval lies."""
    return store.root / "signatures" / f"{asked.hash}.sig"


def _as_built(draft: Draft) -> None:
    if not (draft.folder / CHECKSUMS).is_file():
        raise ReleaseRefused(f"{draft.folder} holds no edition; build it first.")
    problems = checksum_problems(draft.folder)
    if problems:
        said = "; ".join(problems)
        raise ReleaseRefused(f"{draft.folder} is not as it was built: {said}. Build the edition again.")
    _ = draft.language
