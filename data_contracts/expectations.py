"""The network's gate: a Great Expectations suite compiled from each contract, of built-in expectations only.

Belongs here: the second reading of a contract, which shares no code with `pipelines/checking*.py`, so that two
independent readers must come to one verdict (`tests/mutation/` holds them to it). Partners never need it; GX is
imported only by the functions that use it. Results name positions, never values.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from data_contracts.catalog import ContractError
from data_contracts.expectations_frames import (
    INTEGER,
    MAXIMUM,
    MEASURES,
    by_version,
    code_columns,
    prepared,
    table_sums,
)
from data_contracts.model import Catalog, Column, Contract, Rule
from data_contracts.words import ambiguous

if TYPE_CHECKING:
    import pandas as pd

_OF_THE_CELL = "the fault that the companion column names"
_DUPLICATE, _REPEATED = "T1-duplicate-key", "T1-repeated-row"
_NUMBER = "number"
_WHETHER = {"result_format": "BOOLEAN_ONLY"}
_WHERE = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "unexpected_index_column_names": ["return_id", "row"],
}


@dataclass(frozen=True)
class GateFailure:
    """A rule that a return breaks, by the code of its finding and its position; never a value."""

    dataset: str
    return_id: str
    row: int
    column: str | None
    code: str


def gate(frames: dict[str, pd.DataFrame], totals: pd.DataFrame, *, catalog: Catalog) -> list[GateFailure]:
    """Validates all returns of a run, once per dataset and contract version.

    Args:
        frames: By dataset, the rows of all returns as text; columns `return_id`, `row`, those of the contract,
            and optionally `definitions_version` (else the newest contract).
        totals: The control totals that covers declare; columns `return_id`, `dataset`, `total`.
        catalog: The contracts.

    Raises:
        ContractError: An expectation could not be evaluated.
    """
    failures: list[GateFailure] = []
    for dataset, received in sorted(frames.items()):
        for contract, rows in by_version(dataset, received, catalog=catalog):
            frame = prepared(rows, contract, catalog=catalog)
            suite = partial(row_expectations, contract, catalog=catalog)
            failures += _validate(frame, suite, contract=contract)
            declared = totals[totals["dataset"] == dataset]
            sums = table_sums(frame, declared, contract)
            if len(sums):
                failures += _validate(sums, partial(total_expectations, contract), contract=contract)
    return sorted(set(failures), key=lambda f: (f.dataset, f.return_id, f.row, f.column or "", f.code))


def _built_in() -> Any:
    """GX's module of expectations; it takes seconds to import."""
    return importlib.import_module("great_expectations.expectations")


def row_expectations(contract: Contract, *, catalog: Catalog) -> list[Any]:
    """The built-in expectations of a contract's cells and rows; `meta` holds finding code and column."""
    gxe = _built_in()
    found = [e for column in contract.columns for e in _cell_expectations(column, catalog=catalog)]
    for code, keys in _keys(contract).items():
        unique = gxe.ExpectCompoundColumnsToBeUnique
        found.append(unique(column_list=keys, ignore_row_if="any_value_is_missing", meta=_meta(code, None)))
    return [*found, *(e for rule in contract.row_rules for e in _rule_expectations(rule))]


def _cell_expectations(column: Column, *, catalog: Catalog) -> list[Any]:
    gxe, name = _built_in(), column.name
    found: list[Any] = []
    if column.required:
        meta = _meta("T1-missing-value", name)
        found.append(gxe.ExpectColumnValuesToNotBeNull(column=f"{name}__filled", meta=meta))
    found.append(gxe.ExpectColumnValuesToBeNull(column=f"{name}__fault", meta=_meta(_OF_THE_CELL, name)))
    if column.role == "dimension":
        codes, meta = list(catalog.allowed(column)), _meta("T1-unknown-code", name)
        found.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=codes, meta=meta))
        if ambiguous(catalog, column):
            meta = _meta("T1-ambiguous-label", name)
            found.append(gxe.ExpectColumnValuesToBeNull(column=f"{name}__ambiguous", meta=meta))
        return found
    meta = _meta("T1-not-an-integer", name)
    found.append(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=INTEGER, meta=meta))
    limits = {"min_value": column.minimum or 0, "max_value": MAXIMUM}
    meta = _meta("T1-out-of-range", name)
    return [*found, gxe.ExpectColumnValuesToBeBetween(column=f"{name}__integer", meta=meta, **limits)]


def _keys(contract: Contract) -> dict[str, list[str]]:
    """The columns that must be unique together, by the code of the finding where they are not."""
    keys = code_columns(contract)
    return {_DUPLICATE: keys, _REPEATED: [*keys, MEASURES]}


def _rule_expectations(rule: Rule) -> list[Any]:
    gxe = _built_in()
    if rule.kind == "not_greater":
        column, than = rule.parameters["column"], rule.parameters["than"]
        return [
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=f"{than}__number",
                column_B=f"{column}__number",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                meta=_meta(rule.code, column),
            )
        ]
    condition = " and ".join(
        f"{name}.isin({json.dumps(codes)})" for name, codes in rule.parameters["when"].items()
    )
    return [
        gxe.ExpectColumnValuesToBeInSet(
            column=f"{target}__code",
            value_set=codes,
            row_condition=condition,
            condition_parser="pandas",
            meta=_meta(rule.code, target),
        )
        for target, codes in rule.parameters["then"].items()
    ]


def total_expectations(contract: Contract) -> list[Any]:
    """The expectation that each table of a return sums to the total that its cover declares."""
    gxe = _built_in()
    meta = _meta("T1-control-total", contract.main_measure.name)
    return [gxe.ExpectColumnPairValuesToBeEqual(column_A="sum", column_B="total", meta=meta)]


def _meta(code: str, column: str | None) -> dict[str, str | None]:
    return {"code": code, "column": column}


def _validate(
    frame: pd.DataFrame, suite: Callable[[], list[Any]], *, contract: Contract
) -> list[GateFailure]:
    """Runs a suite and takes the positions of what failed.

    At first only whether: positions take twice the time, and most returns have nothing that fails.
    """
    outcome = _run(frame, _numbered(suite()), _WHETHER)
    failed = {result.expectation_config.meta[_NUMBER] for result in outcome if not result.success}
    looked_at = [one for one in _numbered(suite()) if one.meta[_NUMBER] in failed]
    failures: list[GateFailure] = []
    for result in _run(frame, looked_at, _WHERE) if looked_at else ():
        meta = result.expectation_config.meta
        if (
            result.exception_info.get("raised_exception", False)
            or "unexpected_index_list" not in result.result
        ):
            if result.success:
                continue
            raise ContractError(
                f"{contract.dataset}: {result.expectation_config.type} for {meta['code']} could not be evaluated: "
                f"{result.exception_info}; correct the contract's rule or this module"
            )
        places = [
            (str(found["return_id"]), int(found["row"])) for found in result.result["unexpected_index_list"]
        ]
        failures += _failures(places, meta, frame, contract)
    return failures


def _failures(
    places: list[tuple[str, int]], meta: dict[str, str | None], frame: pd.DataFrame, contract: Contract
) -> list[GateFailure]:
    """The positions as failures; the fault of a cell names its own code, of repeated keys the first stands."""
    if not places:
        return []
    code, column = str(meta["code"]), meta["column"]
    if code == _OF_THE_CELL:
        faulty = frame[frame[f"{column}__fault"].notna()]
        keys = zip(faulty["return_id"].astype(str), faulty["row"].astype(int), strict=True)
        codes = dict(zip(keys, faulty[f"{column}__fault"], strict=True))
        return [GateFailure(contract.dataset, *place, column, codes[place]) for place in places]
    if code in (_DUPLICATE, _REPEATED):
        places = _repeating(places, frame, contract, code=code)
    return [GateFailure(contract.dataset, *place, column, code) for place in places]


def _repeating(
    places: list[tuple[str, int]], frame: pd.DataFrame, contract: Contract, *, code: str
) -> list[tuple[str, int]]:
    """Of rows with the same codes the first stands; the others repeat it, in every cell or in the codes alone."""
    failed, keys = set(places), _keys(contract)
    whole = frame[MEASURES].notna() & frame.duplicated(keys[_REPEATED], keep="first")
    found = frame[whole if code == _REPEATED else frame.duplicated(keys[_DUPLICATE], keep="first") & ~whole]
    return [place for place in zip(found["return_id"], found["row"], strict=True) if place in failed]


def _numbered(expectations: list[Any]) -> list[Any]:
    """Expectations that can be told apart in their results."""
    for number, expectation in enumerate(expectations):
        expectation.meta = {**expectation.meta, _NUMBER: number}
    return expectations


def _run(frame: pd.DataFrame, expectations: list[Any], result_format: dict[str, Any]) -> list[Any]:
    """The results of one validation in an ephemeral context."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("returns").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = context.suites.add(gx.ExpectationSuite(name="contract", expectations=expectations))
    definition = gx.ValidationDefinition(name="gate", data=batch, suite=suite)
    context.validation_definitions.add(definition)
    outcome = definition.run(batch_parameters={"dataframe": frame}, result_format=result_format)
    return list(outcome.results)
