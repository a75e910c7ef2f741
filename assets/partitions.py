"""The partitions of every region: runs go by year; what partners handed over is lit partner by year.

A backfill is one run per year, not one run for all: checks, metadata and data versions are of one year each, and
a year that fails leaves the others built. `dagster.yaml` runs them one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg

from data_contracts.model import Region


def years(region: Region) -> dg.StaticPartitionsDefinition:
    """The reference years of a region, one partition each."""
    return dg.StaticPartitionsDefinition([str(year) for year in region.years])


def partner_years(region: Region) -> dg.MultiPartitionsDefinition:
    """Partner by reference year, for what was handed over and accepted."""
    partners = dg.StaticPartitionsDefinition([partner.code for partner in region.partners])
    return dg.MultiPartitionsDefinition({"partner": partners, "year": years(region)})


def yearly(
    region: Region, name: str, *, after: Sequence[str], **about: Any
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Decorates an asset that a region has once a year; `after` names the assets of the region that it reads."""
    decorate: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        name=name,
        key_prefix=region.name,
        partitions_def=years(region),
        deps=[dg.AssetKey([region.name, source]) for source in after],
        **about,
    )
    return decorate
