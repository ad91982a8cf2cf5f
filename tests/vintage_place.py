"""A place of a few households, whose files, lines, prices and areas a test changes between runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from click.testing import CliRunner, Result
from installation import ask

from assets import steps
from assets.intake import registry
from assets.marts.families import FAMILIES
from assets.run import make_run
from pipelines.cli import main
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.engine import open_ledger
from warehouse.store import Home

PLACE = "vintage_place"
MONTH = "2024-03"
KEEP = (
    "share_definition = 'nbs_household_operations' AND estimator = 'ratio_of_aggregates' AND negative_policy = 'keep' "
    "AND sector = 'agriculture' AND domain = 'rural'"
)
"""The headline, among shares"""

_MODULE = """
from warehouse.layouts import Field, Jurisdiction, Layout

NAME_PERIOD = r"(?P<year>20\\d{2})-(?P<month>\\d{2})"
HOUSEHOLD = {
    "household_id": Field("household"), "area_code": Field("area"), "area_type": Field(constant="rural"),
    "persons": Field("persons"), "weight": Field("weight"), "stratum": Field("area"), "psu": Field("village"),
    "crop_net": Field("crop"), "wage_local_net": Field("wage"), "net_income": Field("net"),
}
FUND = {
    "transaction_id": Field("number"), "area_code": Field("area"), "amount": Field("amount"),
    "booked_on": Field("day"), "station": Field(constant="use"), "channel": Field(constant="own"),
    "purpose": Field(constant="other"), "payee": Field(constant="village"), "line_type": Field(constant="item"),
}
WORKERS = {
    "area_code": Field("area"), "persons": Field("persons"), "person_times": Field("persons"),
    "sex": Field(constant="_T"), "destination_code": Field(constant="_T"), "channel": Field(constant="organised"),
}
PRICE = {
    "time_period": Field("month"), "area_code": Field(constant="R"), "index_kind": Field(constant="cpi"),
    "base": Field(constant="same_month_last_year"), "value": Field("value"),
}


def layout(name, contract, fields, **other):
    return Layout(
        id=f"vintage.{name}", contract=contract, sender=name, files=(f"{name}_*.csv",), description=name,
        fields=fields, **other,
    )


# a handful of households, so that effects can be told by hand
OPEN = (
    "mart.income_level", "mart.income_share", "mart.poverty", "mart.inequality", "mart.labour_export", "mart.fund_flow",
)
JURISDICTION = Jurisdiction(
    id="vintage_place", name="Vintage", name_zh="县", currency="CNY", root_area="R",
    publication={"open_tables": OPEN},
    layouts=(
        layout("north", "core.household_income", HOUSEHOLD, period_in_name=NAME_PERIOD),
        layout("south", "core.household_income", HOUSEHOLD, period_in_name=NAME_PERIOD),
        layout("funds", "core.fund_transaction", FUND, period_in_name=NAME_PERIOD),
        layout("workers", "core.labour_export", WORKERS, period_in_name=NAME_PERIOD),
        layout("prices", "core.price_index", PRICE),
    ),
)
"""

AREAS = {"R": "", "P": "R", "Q": "R", "A": "P", "B": "P"}
"""area -> parent: two counties in one of two prefectures"""


@dataclass(frozen=True)
class Household:
    """One line of a county's file; one person unless told otherwise."""

    name: str
    area: str
    crop: float
    wage: float
    weight: float = 10
    persons: int = 1


@dataclass(frozen=True)
class Line:
    """A line per person and month."""

    name: str
    amount: float
    price_period: str = MONTH
    boundary: str = "<"


class Vintage:
    """A folder with the place, its landing folder and its home."""

    def __init__(self, folder: Path, name: str = PLACE) -> None:
        self.name = name
        self.place, self.landing, self.home = folder / "places" / name, folder / "landing", folder / "home"
        self._runs = 0
        self.place.mkdir(parents=True)
        self.landing.mkdir()
        (self.place / "__init__.py").write_text(_MODULE.replace(PLACE, name), encoding="utf-8")
        self.areas(AREAS)
        self.lines()

    def areas(self, parents: Mapping[str, str]) -> None:
        """Areas and what they belong to."""
        head = ("area_code", "name", "name_zh", "level", "parent_code", "valid_from", "valid_to")
        rows = [(code, f"Area {code}", "", "county", parent, "1990-01", "") for code, parent in parents.items()]
        self._table("areas", head, rows)

    def lines(self, *lines: Line) -> None:
        """The poverty lines there are."""
        head = ("line_id", "standard", "name", "name_zh", "domain", "amount", "amount_freq", "currency")
        head = (*head, "price_period", "announced_on", "boundary", "source")
        rows = [
            (
                line.name,
                "s",
                "n",
                "名",
                "rural",
                line.amount,
                "M",
                "CNY",
                line.price_period,
                "2023-12-01",
                line.boundary,
                "s",
            )
            for line in lines
        ]
        self._table("poverty_line", head, rows)

    def _table(self, name: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        with (self.place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])

    def households(self, *households: Household, mark: str = "", month: str = MONTH) -> None:
        """The month's files: of county A from the north, of county B from the south; mark: _rev1 for a correction."""
        for sender, area in (("north", "A"), ("south", "B")):
            inside = [one for one in households if one.area == area]
            lines = ["household,area,persons,weight,village,crop,wage,net"]
            lines += [
                f"{one.name},{one.area},{one.persons},{one.weight},V{one.name},{one.crop:.2f},{one.wage:.2f},"
                f"{one.crop + one.wage:.2f}"
                for one in inside
            ]
            if inside:
                self.put(f"{sender}_{month}{mark}.csv", lines)

    def funds(self, *amounts: float, mark: str = "") -> None:
        """The ledger of county A."""
        lines = [f"F{number},A,{amount:.2f},{MONTH}-05" for number, amount in enumerate(amounts)]
        self.put(f"funds_{MONTH}{mark}.csv", ["number,area,amount,day", *lines])

    def workers(self, persons: int, mark: str = "") -> None:
        """Workers of county A in the month."""
        self.put(f"workers_{MONTH}{mark}.csv", ["area,persons", f"A,{persons}"])

    def prices(self, links: Mapping[str, float], mark: str = "") -> None:
        """Year-on-year links."""
        self.put(f"prices_all{mark}.csv", ["month,value", *(f"{month},{value}" for month, value in links.items())])

    def put(self, name: str, lines: Sequence[str]) -> None:
        """A file into the landing folder."""
        (self.landing / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def command(self) -> Result:
        """`povmon run`."""
        arguments = ["run", self.name, "--home", str(self.home), "--landing", str(self.landing)]
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    def run(self) -> int | None:
        """The steps of a run in their order, without Dagster and pages; the number of the release."""
        home = Home.at(self.home)
        engine = open_ledger(home)
        look = make_run(home, self.name, self.landing, (), "look", engine)
        steps.intake(look)
        with engine.connect() as connection:
            months = registry.months_with_files(connection, look.jurisdiction)
        run_id = f"run {self._runs}"
        self._runs += 1
        run = make_run(home, self.name, self.landing, months, run_id, engine)
        for contract in SOURCE_CONTRACTS.values():
            steps.core(run, contract)
        for family in FAMILIES.values():
            steps.marts(run, family)
        number = steps.make_release(run)
        engine.dispose()
        return number

    def ask(self, query: str) -> pd.DataFrame:
        """The answer of `povmon sql … --format json`."""
        return ask(self.home, query)

    def value(self, query: str) -> object:
        """The one cell of an answer."""
        found = self.ask(query)
        assert found.shape == (1, 1), found
        return found.iat[0, 0]

    def causes(self, where: str, release: int = 2) -> dict[str, float]:
        """cause -> effect on the one figure that is meant."""
        found = self.ask(f"SELECT * FROM audit.revision WHERE release_id = {release} AND {where}")
        if found.empty:
            return {}
        assert found["cause"].is_unique, found
        return dict(zip(found["cause"], found["effect"], strict=True))

    def reason(self, release: int = 2, month: str = MONTH) -> str:
        """What the manifest says of a month."""
        (manifest,) = self.ask(f"SELECT manifest FROM audit.release WHERE release_id = {release}")["manifest"]
        return str(json.loads(manifest)["months"][month]["reason"])
