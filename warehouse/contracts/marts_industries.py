"""Results on industries, their enterprises and associations, and on the targets of the programme."""

from __future__ import annotations

from warehouse.contracts.mart_rules import OF_TARGET_PROGRESS
from warehouse.contracts.marts_programme import indicator_mart

INDUSTRY_INDICATOR = indicator_mart(
    "industry_indicator",
    "Industries by year: land, output, value, workers, enterprises, associations, alarms.",
    "产业年度指标",
)
TARGET_PROGRESS = indicator_mart(
    "target_progress",
    "Targets of the policy paper by year: what is reached, what is needed, where the trend leads.",
    "规划目标进展",
    OF_TARGET_PROGRESS,
)
