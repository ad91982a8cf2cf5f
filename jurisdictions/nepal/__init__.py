"""Nepal: permits for work abroad that the Department of Foreign Employment prints every month.

What is true here and nowhere else: the calendar and names of the department (`names`), how its tables
stand in a file (`printed_tables`, `layouts`), which printed totals they must meet (`permits`), and rules
between its tables. Areas are districts under codes of our own; Nawalparasi and Rukum are in force as the
department used them: undivided until July 2022, divided since August 2022, from October 2022 again beside
their halves.
"""

from __future__ import annotations

from jurisdictions.nepal.layouts import LAYOUTS
from jurisdictions.nepal.permits import ROOT_AREA
from jurisdictions.nepal.rules import LABOUR_RULES
from warehouse.layouts import Jurisdiction

JURISDICTION = Jurisdiction(
    id="nepal",
    name="Nepal",
    name_zh="尼泊尔",
    currency="NPR",
    root_area=ROOT_AREA,
    layouts=LAYOUTS,
    rules={"core.labour_export": LABOUR_RULES},
    # the department prints these counts itself
    publication={"open_tables": ("mart.labour_export", "mart.labour_indicator")},
    source="Department of Foreign Employment, Government of Nepal",
)
