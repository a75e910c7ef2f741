"""The frames that the gate validates: returns as text, with a companion column for each question.

Belongs here: the gate's own reading of cells and tables, in pandas, which shares no code with
`pipelines/checking*.py`. What is expected of the frames is `expectations.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from data_contracts.cell_faults import holds_several, load_cell_faults
from data_contracts.model import TOTAL, Catalog, Column, Contract
from data_contracts.words import meant

if TYPE_CHECKING:
    import pandas as pd

INTEGER = r"^[+-]?(?:0|[1-9]\d*)(?:[.,](?:0{1,2}|0{4,}))?$"
MAXIMUM = 999_999_999
MEASURES = "measures"


def by_version(
    dataset: str, frame: pd.DataFrame, *, catalog: Catalog
) -> Iterable[tuple[Contract, pd.DataFrame]]:
    """The rows of each contract version; those of the newest where the frame does not say."""
    if frame.empty:
        return
    if "definitions_version" not in frame.columns:
        yield catalog.contracts[dataset], frame
        return
    for version, rows in frame.groupby("definitions_version", sort=True):
        yield catalog.contract(dataset, str(version)), rows


def code_columns(contract: Contract) -> list[str]:
    """The columns that together are the key of a row: the return, and the code in each dimension."""
    return ["return_id", *(f"{name}__code" for name in contract.dimension_names)]


def prepared(frame: pd.DataFrame, contract: Contract, *, catalog: Catalog) -> pd.DataFrame:
    """The text cleaned, with companions for what an expectation must leave out.

    Columns: `<name>` (null where another finding says what is wrong), `<name>__filled` (null where a cell is empty),
    `<name>__fault` (the code of a fault of cells, else null); for a dimension `<name>__code` (null where unknown or
    ambiguous) and `<name>__ambiguous` (the word, null elsewhere); for a measure `<name>__integer` (null where it is
    none), `<name>__number` (also null out of range). `measures`: all of them, where a key stands more than once.
    """
    out = frame[["return_id", "row"]].reset_index(drop=True)
    for column in contract.columns:
        text, absent = _cleaned(frame, column.name)
        out[f"{column.name}__filled"] = text.mask(absent, "absent")
        companions = _dimension if column.role == "dimension" else _measure
        for name, values in companions(text, column, catalog=catalog).items():
            out[name] = values
    out[MEASURES] = _measures_of_repeated_keys(out, contract)
    return out


def _dimension(text: pd.Series[Any], column: Column, *, catalog: Catalog) -> dict[str, pd.Series[Any]]:
    name = column.name
    found = {word: meant(catalog, column, str(word)) for word in text.dropna().unique()}
    several = text.map({word: len(codes) > 1 for word, codes in found.items()}).eq(True)
    code = text.map({word: codes[0] for word, codes in found.items() if len(codes) == 1})
    fault = _faults(text, [word for word, codes in found.items() if not codes], column, catalog=catalog)
    return {
        name: code.where(code.notna(), text).mask(several | fault.notna()),
        f"{name}__code": code,
        f"{name}__ambiguous": text.where(several),
        f"{name}__fault": fault,
    }


def _measure(text: pd.Series[Any], column: Column, *, catalog: Catalog) -> dict[str, pd.Series[Any]]:
    name, number = column.name, _numbers(text)
    good = number.where(number.between(column.minimum or 0, MAXIMUM))
    fault = _faults(text, list(text[good.isna()].dropna().unique()), column, catalog=catalog)
    return {
        name: text.mask(fault.notna()),
        f"{name}__integer": number.mask(fault.notna()),
        f"{name}__number": good,
        f"{name}__fault": fault,
    }


def _faults(
    text: pd.Series[Any], words: Iterable[str], column: Column, *, catalog: Catalog
) -> pd.Series[Any]:
    """The code of the first fault that each of the words has; null elsewhere."""
    known = load_cell_faults(catalog.root)
    codes: dict[str, str] = {}
    for word in words:
        fits = [fault.code for fault in known.of(column) if re.search(fault.pattern, word.lower())]
        if not fits and column.role == "dimension" and holds_several(catalog, column, word):
            fits = [known.several.code]
        if fits:
            codes[word] = fits[0]
    return text.map(codes).astype("object")  # also where nothing is found, when map() would make it numbers


def _measures_of_repeated_keys(out: pd.DataFrame, contract: Contract) -> pd.Series[Any]:
    """The counts of a row as one text where its key stands more than once and its main count is right; else null."""
    import pandas as pd

    keys = code_columns(contract)
    numbers = out[[f"{measure.name}__number" for measure in contract.measures]]
    several = out.duplicated(keys, keep=False) & out[keys].notna().all(axis=1)
    several &= out[f"{contract.main_measure.name}__number"].notna()
    texts = ["|".join(map(str, values)) for values in numbers[several].itertuples(index=False, name=None)]
    return pd.Series(texts, index=out.index[several], dtype="object").reindex(out.index)


def _numbers(text: pd.Series[Any]) -> pd.Series[Any]:
    """The numbers that the text holds, null where it holds no integer."""
    import pandas as pd

    integer = text.where(text.str.match(INTEGER).fillna(False).astype(bool))
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


def table_sums(rows: pd.DataFrame, declared: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The sum of each table of each return beside the total declared.

    Grain: return × set of `_T` columns. Columns: `return_id`, `row` (the table's first), `sum`, `total`. A row
    with an unknown code may belong to several tables: of the sums with and without it, the one nearest to the
    total is taken. Tables with a count that is none are left out.
    """
    import pandas as pd

    codes = rows[[f"{name}__code" for name in contract.dimension_names]]
    main = rows[f"{contract.main_measure.name}__number"]
    totals = dict(
        zip(declared["return_id"], _numbers(declared["total"].astype("string").str.strip()), strict=True)
    )
    sums: list[dict[str, object]] = []
    for return_id, of_return in rows.groupby("return_id", sort=True):
        total = totals.get(return_id)
        if total is None or pd.isna(total) or total < (contract.main_measure.minimum or 0):
            continue
        own, counts = codes.loc[of_return.index], main.loc[of_return.index]
        is_total, unknown = own.eq(TOTAL), own.isna()
        certain = ~unknown.any(axis=1)
        for table in is_total[certain].drop_duplicates().itertuples(index=False, name=None):
            same = is_total.eq(list(table)).all(axis=1)
            near = ~certain & (is_total.eq(list(table)) | unknown).all(axis=1)
            if counts[same | near].isna().any():
                continue
            options = [counts[certain & same].sum(), counts[same].sum(), counts[certain & same | near].sum()]
            nearest = min(options, key=lambda option: abs(option - total))
            first = int(of_return.loc[same & certain, "row"].iloc[0])
            sums.append({"return_id": return_id, "row": first, "sum": nearest, "total": float(total)})
    return pd.DataFrame(sums)
