"""A place of two counties, and lines of every table that break no rule of any place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import broken_industries

from warehouse.contracts import SOURCE_CONTRACTS, Contract
from warehouse.contracts.codes.funds import CHANNELS
from warehouse.contracts.village_programme import WORKS_COLUMNS
from warehouse.layouts import Field, Jurisdiction, Layout

PLACE = "broken_county"
SENDERS = ("A1", "B1")
AREAS = """\
area_code,name,name_zh,level,parent_code,valid_from,valid_to
R,Root,Root,prefecture,,1990-01,
A1,First,First,county,R,1990-01,
B1,Second,Second,county,R,1990-01,
A0,Abolished,Abolished,county,R,1990-01,1999-12
"""
SHARES = """\
share_definition,sector,concept,measure,item,role
made_up,agriculture,net_income,period,i1,numerator
made_up,agriculture,net_income,period,i2,denominator
"""

Cells = Mapping[str, str]
SOUND_LINES = 4


def _columns(contract: Contract) -> list[str]:
    own = ("jurisdiction", "file_id", "row_number")
    return [column.name for column in contract.columns if column.name not in own]


def layout_of(contract: Contract, sender: str) -> Layout:
    """The layout of one sender's files of a table."""
    return Layout(
        id=f"{contract.table}_{sender}",
        contract=contract.name,
        sender=sender,
        files=(f"{contract.table}_{sender}_*.csv",),
        description="one column of the file for each of the contract",
        fields={name: Field(name) for name in _columns(contract)},
        period_in_name=r"(?P<year>\d{4})-(?P<month>\d{2})",
        area_code=sender,
    )


JURISDICTION = Jurisdiction(
    id=PLACE,
    name="Broken county",
    name_zh="县",
    currency="CNY",
    root_area="R",
    layouts=tuple(layout_of(contract, sender) for contract in SOURCE_CONTRACTS.values() for sender in SENDERS),
)


def sound(table: str, number: int, month: str, sender: str = "A1") -> dict[str, str]:
    """A line that breaks no rule; `number` tells it apart from the others of its sender."""
    common = {"time_period": month, "freq": "M", "area_code": sender}
    own: dict[str, dict[str, str]] = {
        "household_income": {
            "household_id": f"{sender}-H{number}",
            "area_type": "rural",
            "persons": "4",
            "weight": "10",
            "stratum": "S1",
            "psu": f"{sender}-V{number % 2}",
            "crop_net": "60.00",
            "wage_local_net": "40.00",
            "net_income": "100.00",
        },
        "labour_export": {
            "destination_code": "110000",
            "channel": "organised",
            "industry": f"industry {number}",
            "sex": "F",
            "persons": "10",
            "person_times": "12",
            "earnings_total": "20000.00",
            "earnings_per_person": "2000.00",
        },
        "labour_training": {
            "village_code": f"{sender}-V{number}",
            "person_id": f"{sender}-P{number}",
            "course": "cooking",
            "started_on": "1999-01-10",
            "ended_on": "1999-02-10",
            "certified_on": "1999-02-20",
            "placed_on": "1999-03-01",
            "destination_code": "110000",
            "is_retained": "true",
        },
        "registry": {
            "village_code": f"{sender}-V{number % 2}",
            "household_id": f"{sender}-H{number}",
            "batch": "1998",
            "persons": "4",
            "persons_away": "1",
            "cause": "illness",
            "entered_on": "1998-05-01",
            "exited_on": "1999-05-01",
            "net_income": f"9{month[2:4]}{month[5:]}.00",
            "labour_income": "3000.00",
        },
        "linked_household": {
            "village_code": f"{sender}-V{number % 2}",
            "household_id": f"{sender}-H{number}",
            "enterprise_id": f"{sender}-Q{number}",
            "link_kind": "buys",
            "linked_on": "1995-05-01",
        },
        "village_programme": {
            "village_code": f"{sender}-V{number}",
            "village_name": "village",
            "batch": "1998",
            "households": "200",
            "persons": "700",
            "net_income": "300000.00",
            "planned_on": "1998-02-01",
            "started_on": "1998-04-01",
            "finished_on": "1999-04-01",
            "accepted_on": "1999-06-01",
            **dict.fromkeys(WORKS_COLUMNS.values(), "done"),
        },
        "fund_transaction": {
            "transaction_id": f"{sender}-T{number}",
            "station": "release",
            "channel": "poverty_fund",
            "purpose": "agriculture",
            "line_type": "item",
            "amount": "100.00",
            "booked_on": f"{month}-05",
        },
        "project": {
            "project_id": f"{sender}-J{number}",
            "project_name": f"project {number}",
            "purpose": "agriculture",
            "payee_kind": "base",
            **{f"approved_{channel}": "100.00" for channel in CHANNELS},
            "approved_on": f"{month}-05",
        },
        "published_income": {
            "domain": "rural",
            "concept": "net_income",
            "item": f"i{number}",
            "measure": "period",
            "value": "50.00",
            "is_derived": "false",
        },
        "area_history": {
            "area_code": ("640000", "640100", "640101", "640102", "640103")[number],
            "name_zh": "名",
            "province_zh": "省",
            "prefecture_zh": "市",
            "level": ("province", "prefecture", "county", "county", "county")[number],
            "status": "in_force",
            "valid_from": "1980" if number < SOUND_LINES else "1990",
        },
        "price_index": {
            "index_kind": ("cpi", "cpi_urban", "cpi_rural")[number % 3],
            "base": ("previous_month", "same_month_last_year")[number // 3],
            "value": "100.5",
        },
        **broken_industries.lines(number, sender),
    }
    return common | own[table]


def csv_of(contract: Contract, rows: Sequence[Cells], beyond: str) -> str:
    """A file with a column for each of the contract."""
    names = _columns(contract)
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    return "\n".join(lines) + f"{beyond}\n"


def write_place(folder: Path) -> None:
    """The place as a folder beside the jurisdictions of the house."""
    (folder / PLACE).mkdir()
    (folder / PLACE / "__init__.py").write_text("from sound_county import JURISDICTION\n")
    (folder / PLACE / "areas.csv").write_text(AREAS)
    (folder / PLACE / "published_share.csv").write_text(SHARES)
