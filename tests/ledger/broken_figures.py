"""A place of six counties whose files are sound row by row, and whose figures break each rule on figures once.

A fault is a stretch of months; what is wrong is in the last of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sound_county import SHARES, SOUND_LINES, csv_of, layout_of, sound

from assets.gate.publication import CHANGE
from warehouse.contracts import MART_CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.layouts import Jurisdiction, Layout

PLACE = "broken_figures"
COUNTIES = tuple(f"C{number}" for number in range(1, 7))
AREAS = "area_code,name,name_zh,level,parent_code,valid_from,valid_to\n" + "".join(
    f"{code},{code},{code},{level},{parent},1990-01,\n"
    for code, level, parent in [("R", "prefecture", ""), *((code, "county", "R") for code in COUNTIES)]
)
LINES = """\
line_id,standard,name,name_zh,domain,amount,amount_freq,currency,price_period,announced_on,boundary,source
line,Made up,Made up,线,all,300,A,CNY,2000,2000-01-01,<=,made up
"""
YEARLY = ("crop_base", "target")
"""Tables that are sent at the end of a year"""


def _layout(contract: Contract, sender: str) -> Layout:
    own = layout_of(contract, sender)
    if contract.table not in YEARLY:
        return own
    return replace(own, freq="A", period_in_name=r"(?P<year>\d{4})-12", files=(own.files[0].replace("*", "*-12"),))


JURISDICTION = Jurisdiction(
    id=PLACE,
    name="Broken figures",
    name_zh="县",
    currency="CNY",
    root_area="R",
    layouts=tuple(_layout(contract, sender) for contract in SOURCE_CONTRACTS.values() for sender in COUNTIES),
    publication={"open_tables": [name for name in MART_CONTRACTS if name not in ("mart.psu_total", CHANGE)]},
)

Row = dict[str, str]
Change = Callable[[Row], Row | None]
"""A line of the last month as it is sent; None where it is not"""


@dataclass(frozen=True)
class FigureFault:
    """What counties send, what is changed in the last month, and what is then found.

    rules: those that fire in the last month. marked: mart -> the areas whose figures are marked by one of them.
    """

    rules: tuple[str, ...]
    tables: tuple[str, ...]
    change: Mapping[str, Change]
    """Table -> what becomes of every line of it"""
    marked: Mapping[str, set[str]]
    counties: Sequence[str] = COUNTIES
    months: int = 2
    lines: int = 4
    from_december: bool = False
    """Its first month closes a year"""


def _of_first(change: Mapping[str, str]) -> Change:
    return lambda row: row | change if row["area_code"] == "C1" else row


def _without_last(row: Row) -> Row | None:
    return None if row["area_code"] == COUNTIES[-1] else row


def _first_refused(row: Row) -> Row:
    return row | {"persons": "0"} if row.get("household_id") == "C1-H0" else row


def _on(*marts: str) -> Callable[[str], tuple[str, ...]]:
    return lambda rule: tuple(f"mart.{mart}.{rule}" for mart in marts)


_survey = _on("income_level", "income_share", "poverty", "inequality")
_TRIPLED = {"crop_net": "180.00", "wage_local_net": "120.00", "net_income": "300.00"}
_MANY = {"persons": "100", "person_times": "120", "earnings_total": "200000.00"}

FIGURE_FAULTS: dict[str, FigureFault] = {
    "a county is missing": FigureFault(
        (*_survey("areas_as_before"), "mart.labour_export.areas_as_before"),
        ("household_income", "labour_export"),
        {"household_income": _without_last, "labour_export": _without_last},
        {f"mart.{mart}": {"R"} for mart in ("income_level", "income_share", "poverty", "inequality", "labour_export")},
    ),
    "a quarter of a county's households is refused": FigureFault(
        _survey("coverage_kept"),
        ("household_income",),
        {"household_income": _first_refused},
        {f"mart.{mart}": {"C1"} for mart in ("income_level", "income_share", "poverty", "inequality")},
    ),
    "income is thrice what it was all year": FigureFault(
        ("mart.income_level.mean_in_band",),
        ("household_income",),
        {"household_income": _of_first(_TRIPLED)},
        {"mart.income_level": {"C1", "R"}},
        counties=("C1",),
        months=13,
    ),
    "one county's income is thrice that of the month before": FigureFault(
        ("mart.income_level.outlier",),
        ("household_income",),
        {"household_income": _of_first(_TRIPLED)},
        {"mart.income_level": {"C1"}},
    ),
    "the office published half as much": FigureFault(
        ("mart.income_level.published_agrees",),
        ("household_income", "published_income"),
        {"published_income": lambda row: row | {"item": "net_income", "value": "12.50", "domain": "all"}},
        {"mart.income_level": {"C1"}},
        counties=("C1",),
        months=1,
        lines=1,
    ),
    "one county's workers are ten times as many": FigureFault(
        ("mart.labour_export.outlier",),
        ("labour_export",),
        {"labour_export": _of_first(_MANY)},
        {"mart.labour_export": {"C1"}},
    ),
    "households tell of a hundredth of the wages": FigureFault(
        ("mart.labour_export.wages_agree",),
        ("household_income", "labour_export"),
        {"household_income": lambda row: row | {"wage_away_net": "20.00", "net_income": "120.00"}},
        {"mart.labour_export": {"C1", "R"}},
        counties=("C1",),
        months=1,
    ),
    "one county's money is in another unit": FigureFault(
        ("mart.fund_flow.outlier",),
        ("fund_transaction",),
        {"fund_transaction": _of_first({"amount": "1000000.00"})},
        {"mart.fund_flow": {"C1"}},
        lines=20,
    ),
    "land is what it was a year ago, and the target five years off": FigureFault(
        ("mart.target_progress.on_track",),
        YEARLY,
        {"target": lambda row: None},
        {},
        counties=("C1",),
        months=13,
        from_december=True,
    ),
}
"""What is wrong -> the files and findings."""

LOST_ON_THE_WAY = tuple(
    rule.id for contract in MART_CONTRACTS.values() for rule in contract.rules if rule.id.endswith(".figures_of_rows")
)
"""Rules that no file breaks: they are on what the program does with accepted rows."""


def months_of(what: str) -> list[str]:
    """The months of a fault, the last with what is wrong; a month without files lies between it and the next."""
    first = 0
    for name, fault in FIGURE_FAULTS.items():
        first += (11 - first) % 12 if fault.from_december else 0
        if name == what:
            break
        first += fault.months + 1
    months = range(first, first + FIGURE_FAULTS[what].months)
    return [f"{2000 + month // 12}-{month % 12 + 1:02d}" for month in months]


def write_place(folder: Path, jurisdiction: str = "JURISDICTION") -> None:
    """The place as a folder beside the jurisdictions of the house."""
    (folder / PLACE).mkdir()
    (folder / PLACE / "__init__.py").write_text(f"from broken_figures import {jurisdiction}\n")
    (folder / PLACE / "areas.csv").write_text(AREAS)
    (folder / PLACE / "published_share.csv").write_text(SHARES)
    (folder / PLACE / "poverty_line.csv").write_text(LINES)


def write_files(landing: Path, what: str) -> None:
    """The files of one fault."""
    fault = FIGURE_FAULTS[what]
    *_, last = months_of(what)
    for month in months_of(what):
        for table in fault.tables:
            if table in YEARLY and not month.endswith("-12"):
                continue
            change = fault.change.get(table) if month == last else None
            for sender in fault.counties:
                rows = [_sound(table, number, month, sender) for number in range(fault.lines)]
                sent = [row if change is None else change(row) for row in rows]
                if kept := [row for row in sent if row is not None]:
                    content = csv_of(SOURCE_CONTRACTS[f"core.{table}"], kept, "")
                    (landing / f"{table}_{sender}_{month}.csv").write_text(content, encoding="utf-8")


def _sound(table: str, number: int, month: str, sender: str) -> Row:
    """As many sound lines as are wanted."""
    row = sound(table, number % SOUND_LINES, month, sender)
    if table in YEARLY:
        row |= {"freq": "A", "time_period": month[:4]}
    if table == "target":
        row |= {"base_year": month[:4], "due_year": str(int(month[:4]) + 5)}
    return row | {"transaction_id": f"{sender}-T{number}"} if table == "fund_transaction" else row
