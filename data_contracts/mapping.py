"""The shape of a mapping file `v1_to_v2.yaml`: what each code of a version becomes in the next.

Belongs here: the shape only. What a mapping must say, and the way of a code over several versions, is `versions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator


class VersionMapping(BaseModel):
    """One step from a version to the next: by dimension, what each code that is not kept as it is becomes.

    A code that becomes one of several is carried over as not specified, for which of them it was nobody can say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    codes: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)

    @field_validator("codes", mode="before")
    @classmethod
    def _one_code_needs_no_list(cls, value: Mapping[str, Mapping[str, object]]) -> object:
        return {
            dimension: {old: (new,) if isinstance(new, str) else new for old, new in codes.items()}
            for dimension, codes in value.items()
        }

    def of(self, dimension: str, code: str) -> tuple[str, ...]:
        """What a code becomes; itself where the mapping does not name it."""
        return self.codes.get(dimension, {}).get(code, (code,))
