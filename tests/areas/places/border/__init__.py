"""A province that exists in tests only: one file of each kind for all counties, and the history of GB/T 2260."""

from jurisdictions.china.area_rules import area_rules
from jurisdictions.china.layouts.area_history import AREA_HISTORY
from warehouse.contracts import HOUSEHOLD_INCOME
from warehouse.layouts import Field, Jurisdiction, Layout

_PERIOD = r"(?P<year>\d{4})-(?P<month>\d{2})"


def _layout(name: str, contract: str, columns: str, **constants: str) -> Layout:
    return Layout(
        id=f"border.{name}",
        contract=contract,
        sender="statistical office of the province",
        files=(f"{name}_*.csv",),
        description="Columns named as in the contract",
        period_in_name=_PERIOD,
        fields={column: Field(column) for column in columns.split()}
        | {column: Field(constant=text) for column, text in constants.items()},
    )


OPEN = (
    "mart.income_level",
    "mart.income_share",
    "mart.poverty",
    "mart.inequality",
    "mart.labour_export",
    "mart.fund_flow",
)
JURISDICTION = Jurisdiction(
    id="border",
    name="Border",
    name_zh="边界省",
    currency="CNY",
    root_area="990000",
    publication={"open_tables": OPEN},  # a handful of households, so that sums can be told by hand
    layouts=(
        _layout(
            "households",
            HOUSEHOLD_INCOME.name,
            "household_id area_code persons weight stratum psu crop_net net_income",
            area_type="rural",
        ),
        _layout(
            "labour",
            "core.labour_export",
            "area_code persons",
            destination_code="440000",
            channel="organised",
            sex="_T",
        ),
        _layout(
            "funds",
            "core.fund_transaction",
            "transaction_id area_code amount booked_on",
            station="release",
            channel="poverty_fund",
            purpose="village_works",
            line_type="item",
        ),
        AREA_HISTORY,
    ),
    rules={"core.area_history": area_rules("border")},
)
