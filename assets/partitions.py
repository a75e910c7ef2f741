"""The partitions of every region: runs go by year; what partners handed over is lit partner by year."""

from __future__ import annotations

import dagster as dg

from data_contracts.model import Region


def years(region: Region) -> dg.StaticPartitionsDefinition:
    """The reference years of a region, one partition each."""
    return dg.StaticPartitionsDefinition([str(year) for year in region.years])


def partner_years(region: Region) -> dg.MultiPartitionsDefinition:
    """Partner by reference year, for what was handed over and accepted."""
    partners = dg.StaticPartitionsDefinition([partner.code for partner in region.partners])
    return dg.MultiPartitionsDefinition({"partner": partners, "year": years(region)})
