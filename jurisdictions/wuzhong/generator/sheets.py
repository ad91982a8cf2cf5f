"""A sender's table before it is written: contract columns with exact values; the household table among them.

Money is in cents, weights in 1/10,000, whole numbers as such, everything else as text. How it is written is
`forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.wuzhong.generator.design import KINDS, Block
from jurisdictions.wuzhong.generator.income import LEAF_NAMES, incomes
from warehouse.contracts import CONTRACTS, Contract
from warehouse.contracts.household_income import LEAF_COLUMNS

Values: TypeAlias = np.ndarray | pa.Array

SOURCES: tuple[str, ...] = ("household_income", "labour_export", "fund_transaction")


@dataclass(frozen=True)
class Marked:
    """What is irregular in a row as it was made: kind, and the rules that its row breaks."""

    kind: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Rows of one file, or a block of them. A column that is one value throughout is kept as that value."""

    source: str
    area_code: str
    month: str
    columns: dict[str, Values | str]
    rows: int
    groups: np.ndarray | None = None
    """PSU of each row: two rows refused in one village would thin the sample more than they must."""
    spare: np.ndarray | None = None
    """Rows that may be refused without a consequence for others, where not all may"""
    regular: np.ndarray | None = None
    """Rows of nothing irregular, where some are not"""
    marks: Mapping[int, Marked] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        """The contract that the file feeds."""
        return CONTRACTS[f"core.{self.source}"]

    def numbers(self, column: str) -> np.ndarray:
        """The exact whole numbers of a column of amounts or counts."""
        values = self.columns[column]
        assert isinstance(values, np.ndarray)
        return values

    def text(self, column: str, row: int) -> str:
        """The text of one cell of a column of codes."""
        values = self.columns[column]
        return values if isinstance(values, str) else str(values[row])

    def equals(self, column: str, text: str) -> np.ndarray:
        """Where a column of codes is `text`."""
        values = self.columns[column]
        if isinstance(values, str):
            return np.full(self.rows, values == text)
        return np.asarray(pc.equal(values, text))

    def texts(self, column: str) -> np.ndarray:
        """A column of codes as an array."""
        values = self.columns[column]
        return np.full(self.rows, values) if isinstance(values, str) else np.asarray(values)


def household_sheet(block: Block, month: str, month_index: int, seed: int) -> Sheet:
    """One month of the households of a block."""
    cents = incomes(block, month_index, int(month[5:]), seed)
    kinds = pa.array([f"{block.area.code}-{kind}" for kind in KINDS])
    types = pa.array(["urban" if kind == "town" else "rural" for kind in KINDS])
    place = pa.array(block.kind)
    return Sheet(
        "household_income",
        block.area.code,
        month,
        {
            "time_period": month,
            "area_code": block.area.code,
            "household_id": block.household_id,
            "area_type": types.take(place),
            "persons": block.persons,
            "weight": block.weight,
            "stratum": kinds.take(place),
            "psu": block.psu,
            **dict(zip(LEAF_COLUMNS, cents, strict=True)),
            "net_income": cents.sum(axis=0),
        },
        len(block),
        block.psu_number,
    )


def leaf_cents(sheet: Sheet) -> np.ndarray:
    """Leaves × households, in cents."""
    return np.stack([sheet.numbers(f"{leaf}_net") for leaf in LEAF_NAMES])
