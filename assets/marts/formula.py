"""How a figure is made, said so that it can be made again from accepted rows and taken apart by row.

Each family declares the formulas of its marts. What is done with them is `assets.explain`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assets.reference import Reference

Row = Mapping[str, Any]
"""A row of a mart"""


@dataclass(frozen=True)
class Sums:
    """A figure that is Σ numerator, or Σ numerator / Σ denominator, over the accepted rows behind it.

    numerator, denominator, where: SQL over a row of `source`.
    """

    text: str
    source: str
    numerator: str
    denominator: str | None = None
    where: str = "true"
    terms: tuple[str, str] = ("sum", "over")
    """What the two sums are"""
    own_area: bool = False
    """Rows of the area itself alone, not of those below it"""
    same: tuple[str, ...] = ("area_code", "row_number")
    """Columns by which a row is found again in another period"""


@dataclass(frozen=True)
class Made:
    """A figure that is no such sum: the family makes it again from the accepted rows. terms: columns shown beside it"""

    text: str
    source: str
    terms: tuple[str, ...] = ()


Formula = Sums | Made
FormulaOf = Callable[[Row, str, Reference], Formula]
"""(row of the mart, quantity, reference tables) -> its formula"""


def of_indicator(source: str) -> FormulaOf:
    """Formula of the long marts of the programme, which hold their numerator and denominator."""

    def formula(row: Row, quantity: str, _: Reference) -> Formula:
        is_ratio = row["numerator"] is not None and row["denominator"] is not None
        text = f"{row['measure']} of {row['item']}" + (" = numerator / denominator" if is_ratio else "")
        return Made(text, source, ("numerator", "denominator", "n_units", "unit") if is_ratio else ("n_units", "unit"))

    return formula
