"""The network's gate: a Great Expectations suite compiled from each contract, of built-in expectations only.

Belongs here: the second reading of a contract, which shares no code with `pipelines/checking*.py`, so that two
independent readers must come to one verdict (`tests/mutation/` holds them to it). Partners never need it; GX is
imported only by the functions that use it. Results name positions, never values.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data_contracts.catalog import ContractError
from data_contracts.model import TOTAL, Catalog, Contract, Rule

if TYPE_CHECKING:
    import pandas as pd

_INTEGER = r"^[+-]?(0|[1-9]\d*)([.,](0{1,2}|0{4,}))?$"
_MAXIMUM = 999_999_999
_RESULT_FORMAT = {
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
    for dataset, frame in sorted(frames.items()):
        for contract, rows in _by_version(dataset, frame, catalog=catalog):
            prepared = _prepared(rows, contract, catalog=catalog)
            suite = row_expectations(contract, catalog=catalog)
            failures += _validate(prepared, suite, contract=contract)
            declared = totals[totals["dataset"] == dataset]
            sums = _table_sums(prepared, declared, contract)
            if len(sums):
                failures += _validate(sums, total_expectations(contract), contract=contract)
    return sorted(set(failures), key=lambda f: (f.dataset, f.return_id, f.row, f.column or "", f.code))


def _by_version(
    dataset: str, frame: pd.DataFrame, *, catalog: Catalog
) -> Iterable[tuple[Contract, pd.DataFrame]]:
    if frame.empty:
        return
    if "definitions_version" not in frame.columns:
        yield catalog.contracts[dataset], frame
        return
    for version, rows in frame.groupby("definitions_version", sort=True):
        yield catalog.contract(dataset, str(version)), rows


def _prepared(frame: pd.DataFrame, contract: Contract, *, catalog: Catalog) -> pd.DataFrame:
    """The text cleaned, with companions for what an expectation must leave out.

    Columns added: `<name>__filled` (null where a cell is empty), for a dimension `<name>__code` (null where
    unknown), for a measure `<name>__integer` (null where it is none), `<name>__number` (also null out of range).
    """
    out = frame[["return_id", "row"]].reset_index(drop=True)
    for column in contract.columns:
        text, absent = _cleaned(frame, column.name)
        out[f"{column.name}__filled"] = text.mask(absent, "absent")
        if column.role == "dimension":
            spelling = {code.lower(): code for code in catalog.allowed(column)}
            code = text.str.lower().map(spelling)
            out[column.name] = code.where(code.notna(), text)
            out[f"{column.name}__code"] = code
        else:
            number = _numbers(text)
            out[column.name] = text
            out[f"{column.name}__integer"] = number
            out[f"{column.name}__number"] = number.where(number.between(column.minimum or 0, _MAXIMUM))
    return out


def _numbers(text: pd.Series[Any]) -> pd.Series[Any]:
    """The numbers that the text holds, null where it holds no integer."""
    import pandas as pd

    integer = text.where(text.str.match(_INTEGER).fillna(False).astype(bool))
    return pd.to_numeric(integer.str.replace(",", ".", regex=False)).astype("float64")


def _cleaned(frame: pd.DataFrame, name: str) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The text without no-break spaces and outer blanks, null where empty; and the rows of returns without the column.

    That a column is absent is said of the file (level 0), not of each of its rows.
    """
    import pandas as pd

    raw = frame[name] if name in frame.columns else pd.Series([None] * len(frame), index=frame.index)
    absent = raw.isna().groupby(frame["return_id"]).transform("all").reset_index(drop=True)
    text = raw.astype("string").reset_index(drop=True)
    text = text.str.replace("[\u00a0\u2007\u202f\u200b\ufeff]", " ", regex=True).str.strip()
    return text.where(text != "", None), absent


def _built_in() -> Any:
    """GX's module of expectations; it takes seconds to import."""
    return importlib.import_module("great_expectations.expectations")


def row_expectations(contract: Contract, *, catalog: Catalog) -> list[Any]:
    """The built-in expectations of a contract's cells and rows; `meta` holds finding code and column."""
    gxe = _built_in()
    found: list[Any] = []
    for column in contract.columns:
        name = column.name
        if column.required:
            meta = _meta("T1-missing-value", name)
            found.append(gxe.ExpectColumnValuesToNotBeNull(column=f"{name}__filled", meta=meta))
        if column.role == "dimension":
            codes = list(catalog.allowed(column))
            meta = _meta("T1-unknown-code", name)
            found.append(gxe.ExpectColumnValuesToBeInSet(column=name, value_set=codes, meta=meta))
            continue
        meta = _meta("T1-not-an-integer", name)
        found.append(gxe.ExpectColumnValuesToMatchRegex(column=name, regex=_INTEGER, meta=meta))
        meta, low = _meta("T1-out-of-range", name), column.minimum or 0
        integer = f"{name}__integer"
        found.append(
            gxe.ExpectColumnValuesToBeBetween(column=integer, min_value=low, max_value=_MAXIMUM, meta=meta)
        )
    keys = ["return_id", *(f"{name}__code" for name in contract.dimension_names)]
    meta = _meta("T1-duplicate-key", None)
    unique = gxe.ExpectCompoundColumnsToBeUnique(
        column_list=keys, ignore_row_if="any_value_is_missing", meta=meta
    )
    return [*found, unique, *(e for rule in contract.rules for e in _rule_expectations(rule))]


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


def _table_sums(prepared: pd.DataFrame, declared: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The sum of each table of each return beside the total declared.

    Grain: return × set of `_T` columns. Columns: `return_id`, `row` (the table's first), `sum`, `total`. A row
    with an unknown code may belong to several tables: of the sums with and without it, the one nearest to the
    total is taken. Tables with a count that is none are left out.
    """
    import pandas as pd

    codes = prepared[[f"{name}__code" for name in contract.dimension_names]]
    main = prepared[f"{contract.main_measure.name}__number"]
    totals = dict(
        zip(declared["return_id"], _numbers(declared["total"].astype("string").str.strip()), strict=True)
    )
    sums: list[dict[str, object]] = []
    for return_id, rows in prepared.groupby("return_id", sort=True):
        total = totals.get(return_id)
        if total is None or pd.isna(total) or total < (contract.main_measure.minimum or 0):
            continue
        own, counts = codes.loc[rows.index], main.loc[rows.index]
        is_total, unknown = own.eq(TOTAL), own.isna()
        certain = ~unknown.any(axis=1)
        for table in is_total[certain].drop_duplicates().itertuples(index=False, name=None):
            same = is_total.eq(list(table)).all(axis=1)
            near = ~certain & (is_total.eq(list(table)) | unknown).all(axis=1)
            if counts[same | near].isna().any():
                continue
            options = [counts[certain & same].sum(), counts[same].sum(), counts[certain & same | near].sum()]
            nearest = min(options, key=lambda option: abs(option - total))
            first = int(rows.loc[same & certain, "row"].iloc[0])
            sums.append({"return_id": return_id, "row": first, "sum": nearest, "total": float(total)})
    return pd.DataFrame(sums)


def _validate(frame: pd.DataFrame, expectations: list[Any], *, contract: Contract) -> list[GateFailure]:
    """Runs one validation in an ephemeral context and takes the positions of what failed."""
    results = _run(frame, expectations)
    failures: list[GateFailure] = []
    for result in results:
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
        if meta["code"] == "T1-duplicate-key":
            places = _without_first(places, frame, contract)
        failures += [GateFailure(contract.dataset, *place, meta["column"], meta["code"]) for place in places]
    return failures


def _without_first(
    places: list[tuple[str, int]], frame: pd.DataFrame, contract: Contract
) -> list[tuple[str, int]]:
    """Of rows with the same codes the first stands; the others repeat it."""
    keys = ["return_id", *(f"{name}__code" for name in contract.dimension_names)]
    failed = set(places)
    repeated = frame[frame.duplicated(keys, keep="first")]
    return [place for place in zip(repeated["return_id"], repeated["row"], strict=True) if place in failed]


def _run(frame: pd.DataFrame, expectations: list[Any]) -> list[Any]:
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
    outcome = definition.run(batch_parameters={"dataframe": frame}, result_format=_RESULT_FORMAT)
    return list(outcome.results)
