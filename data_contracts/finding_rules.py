"""The shape of a finding's rule in `findings.yaml`.

Belongs here: one rule. What is found in a return by it is `pipelines/findings.py`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from data_contracts.frozen import Frozen


class FindingRule(Frozen):
    """A finding's stable code, its level and severity, and its texts with placeholders.

    A rule that asks whether something is unusual has a `threshold`, and the `reason` why it is that number.
    """

    code: str
    level: int = Field(ge=0, le=4)
    severity: Literal["error", "warning", "information"]
    rule: str
    expected: str
    remedy: str
    threshold: float | None = None
    reason: str | None = None

    @property
    def limit(self) -> float:
        """The threshold of a rule that has one.

        Raises:
            KeyError: The rule has none.
        """
        if self.threshold is None:
            raise KeyError(f"{self.code} has no threshold; give it one, with its reason, in findings.yaml")
        return self.threshold

    @model_validator(mode="after")
    def _threshold_has_a_reason(self) -> FindingRule:
        if (self.threshold is None) != (self.reason is None):
            raise ValueError(
                f"{self.code}: a threshold stands with its reason, and a reason with a threshold"
            )
        return self

    @field_validator("code")
    @classmethod
    def _has_prefix(cls, code: str) -> str:
        if "-" not in code:
            raise ValueError("a finding code is a level prefix and a name, such as T1-duplicate-key")
        return code
