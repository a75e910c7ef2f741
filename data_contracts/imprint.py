"""The shape of a region's imprint: who gives out its report, and on which terms.

Belongs here: the shape alone. Where it is printed is `report/`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Imprint(BaseModel):
    """Who gives out a region's report, and on which terms; `issn` and `contact` only where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str
    rights: str
    contact: str = ""
    issn: str = ""
