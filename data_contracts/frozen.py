"""What all models of contracts, and of other files that are data, have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A model that refuses unknown fields and cannot be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
