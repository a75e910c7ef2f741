"""The shape of a region's court tables: how tables by partner are set where they follow a printed source.

Belongs here: the shape alone. The tables are made in `report/tables_court.py`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class CourtTables(BaseModel):
    """Columns and signs of the printed source that a region's tables follow.

    `types` are the columns, each a code or several that are added up; empty means every code in its order.
    `not_broken_down` is printed where a figure is not broken down that far, instead of its mark.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    types: tuple[tuple[str, ...], ...] = ()
    not_broken_down: str = ""
    acquitted_share: bool = False
