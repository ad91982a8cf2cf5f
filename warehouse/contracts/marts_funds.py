"""Results on money besides its flow: what it does, how concentrated it is, what of it lies idle."""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Column
from warehouse.contracts.marts_programme import indicator_mart

_PLAIN = indicator_mart("fund_indicator", "What the programme's money does.", "资金使用指标")
_AT = [column.name for column in _PLAIN.columns].index("numerator")

FUND_INDICATOR = replace(
    _PLAIN,
    columns=(
        *_PLAIN.columns[:_AT],
        Column(
            "ci_low", "number", "Lower end of the 95 % interval, of ratios over projects", "置信下限", nullable=True
        ),
        Column(
            "ci_high", "number", "Upper end of the 95 % interval, of ratios over projects", "置信上限", nullable=True
        ),
        *_PLAIN.columns[_AT:],
    ),
)
