"""Wuzhong, Ningxia: the sample jurisdiction. Its seven senders, their areas and layouts; no pipeline code.

Their files are made by `jurisdictions.wuzhong.generator`: no household, worker or ledger in them is real. Prices
are those of Ningxia as the National Bureau of Statistics prints them. The areas are: GB/T 2260, each code counted
from January of the year in whose revision it first stands to December of the last; the history of the codes is the
country's table. The two resettlement areas never had a code; theirs are local.
"""

from decimal import Decimal

from jurisdictions.china.area_rules import area_rules
from jurisdictions.china.fund_rules import fund_rules
from jurisdictions.china.layouts.area_history import AREA_HISTORY
from jurisdictions.wuzhong.layouts import LAYOUTS, reports
from jurisdictions.wuzhong.layouts.labour_report import LABOUR_REPORT
from jurisdictions.wuzhong.layouts.prices import CONSUMER_PRICES
from warehouse.layouts import Jurisdiction

JURISDICTION = Jurisdiction(
    id="wuzhong",
    name="Wuzhong",
    name_zh="吴忠市",
    currency="CNY",
    root_area="640300",
    layouts=(*LAYOUTS, *reports.LAYOUTS, LABOUR_REPORT, CONSUMER_PRICES, AREA_HISTORY),
    rules={"core.area_history": area_rules("wuzhong"), "core.fund_transaction": fund_rules("wuzhong")},
    due_days={
        "core.household_income": 10,
        "core.labour_export": 10,
        "core.fund_transaction": 15,
        "core.labour_training": 20,
        "core.project": 31,
        "core.registry": 31,
        "core.village_programme": 31,
        "core.crop_base": 45,
        "core.industry_output": 45,
        "core.enterprise": 45,
        "core.association": 45,
        "core.linked_household": 45,
    },
    # use of poverty funds is announced in public, line by line; so are projects and the advance of every village
    publication={"open_tables": ("mart.fund_flow", "mart.fund_indicator", "mart.village_indicator")},
    plausible={"core.labour_export": {"earnings_per_person": (Decimal(500), Decimal(10_000))}},
    source="Generated sample data; no real household, worker or payment is in it.",
    licence=("CC0-1.0", "Creative Commons Zero: no rights reserved"),
)
