"""The errors of this room: one root, few children; the message says what, where and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.findings import Finding


class PipelineError(Exception):
    """Something that a stage cannot go on from."""


class UnreadableReturn(PipelineError):
    """What was handed over is not a return at all; `findings` says why and what to send instead."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{found.code}: {found.rule} {found.remedy}" for found in findings))


class TemplateError(PipelineError):
    """A template cannot be made for what was asked; the message says what to choose instead."""


class PreviousError(PipelineError):
    """A previous return cannot be compared with the one that is checked; the message says which to take."""


class AnnotationError(PipelineError):
    """A workbook cannot be marked; the message says why and what to do instead."""


class InboxError(PipelineError):
    """The list of times of receipt cannot be used; the message names each line and what to write instead."""


class StoreError(PipelineError):
    """The store of returns does not hold what its ledger says; nothing is written until that is cleared up."""


class SignatureError(PipelineError):
    """A signature cannot be made or looked at: the program, a key or a file of keys is not as it must be."""


class WithdrawalError(PipelineError):
    """Nothing was withdrawn; the message says why, and what can be."""


class NoticeError(PipelineError):
    """A notice did not go out, or its channel is none; the message says which and why."""


class ReleaseRefused(PipelineError):
    """An edition may not be approved or published; `reasons` are sentences, all of them at once."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))
