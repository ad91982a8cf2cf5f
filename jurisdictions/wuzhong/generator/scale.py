"""How large the sample is: households on the register of the poor, projects and ledger lines. Not the survey's size."""

from __future__ import annotations

from dataclasses import dataclass

from jurisdictions.wuzhong.generator.fund_plan import Size
from jurisdictions.wuzhong.generator.reports import REGISTERED

SCALES: tuple[str, ...] = ("sample", "prefecture")


@dataclass(frozen=True)
class Scale:
    """Sizes of what does not come from the survey, in all areas and months."""

    registered: int
    """Households on the register of the poor"""
    funds: Size

    @classmethod
    def named(cls, name: str, months: int) -> Scale:
        """`sample`, which grows with its months, or the whole `prefecture` of 36; KeyError for another name."""
        return {
            "sample": cls(REGISTERED, Size.ordinary(months)),
            "prefecture": cls(30_000, Size(2_000, 150_000)),
        }[name]
