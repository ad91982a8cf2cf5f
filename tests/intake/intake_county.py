"""A county of the tests: its layouts, its sound files, and ways to take and judge one without a whole run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from assets.core.month import AcceptedRows, CoreMonth, core_month, judge_month
from assets.core.table_month import TableMonth
from assets.intake.inputs import InputFile
from assets.intake.taking import Received, Taken, receive, take
from warehouse.contracts import CONTRACTS
from warehouse.layouts import Companion, Field, Jurisdiction, Layout, SourceTable
from warehouse.periods import closing_month
from warehouse.store import Home

PLACE = "intake_county"
MONTH = "2024-03"
NAME_PERIOD = r"(?P<year>20\d{2})-(?P<month>\d{2})"

AREAS = (
    {"area_code": "R", "name": "Root", "valid_from": "1990-01", "valid_to": ""},
    {"area_code": "A1", "name": "First county", "valid_from": "1990-01", "valid_to": ""},
    {"area_code": "B1", "name": "Second county", "valid_from": "1990-01", "valid_to": ""},
    {"area_code": "A0", "name": "Abolished county", "valid_from": "1990-01", "valid_to": "2023-12"},
    {"area_code": "A9", "name": "County to come", "valid_from": "2025-01", "valid_to": ""},
)

FUND_HEAD = "编号,环节,渠道,用途,项目编号,地区,金额,日期,摘要"
FUND = {
    "transaction_id": Field("编号"),
    "station": Field("环节", codes={"拨付": "release"}),
    "channel": Field("渠道", codes={"财政": "poverty_fund"}),
    "purpose": Field("用途", codes={"农业": "agriculture"}),
    "project_id": Field("项目编号"),
    "area_code": Field("地区"),
    "amount": Field("金额"),
    "booked_on": Field("日期"),
    "payee": Field("摘要"),
    "line_type": Field(constant="item"),
}
HOUSEHOLD_HEAD = "户号,城乡,人口,权数,层,村,种植业,工资,纯收入,户主"
HOUSEHOLD = {
    "household_id": Field("户号"),
    "area_type": Field("城乡", codes={"农村": "rural", "城镇": "urban"}),
    "persons": Field("人口"),
    "weight": Field("权数"),
    "stratum": Field("层"),
    "psu": Field("村"),
    "crop_net": Field("种植业"),
    "wage_local_net": Field("工资"),
    "net_income": Field("纯收入"),
}


def _as_sent(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Ledger lines whose project is in the companion, which carries the area."""
    projects = dict(
        zip(*(companions["projects"].table[name].to_pylist() for name in ("项目编号", "地区")), strict=True)
    )
    columns = {name: source.table[field.source] for name, field in FUND.items() if field.source not in (None, "地区")}
    areas = [projects.get(project) for project in source.table["项目编号"].to_pylist()]
    return pa.table(
        columns | {"area_code": pa.array(areas, pa.string()), "row_number": source.row_number}
    ).append_column("line_type", pa.repeat(pa.scalar("item"), source.table.num_rows))


def _tripping(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Trips over what it finds."""
    raise KeyError(source.table["编号"][0].as_py())


def _funds(id: str, *files: str, **other: object) -> Layout:
    settings = {"period_in_name": NAME_PERIOD, "fields": FUND} | other
    return Layout(
        id=id,
        contract="core.fund_transaction",
        sender=id,
        files=files,
        description="ledger",
        **settings,  # type: ignore[arg-type]
    )


def _households(id: str, area: str, *files: str) -> Layout:
    return Layout(
        id=id,
        contract="core.household_income",
        sender=id,
        files=files,
        description="households",
        fields=HOUSEHOLD,
        period_in_name=NAME_PERIOD,
        area_code=area,
        identifiers=("户主",),
        requires=("户主",),
        encodings=("utf-8", "gb18030"),
    )


LAYOUTS = (
    _funds("funds", "funds_*.csv", encodings=("utf-8", "gb18030")),
    _funds("funds_wan", "wan_*.csv", fields=FUND | {"amount": Field("金额", unit="万元")}),
    _funds("funds_latin", "fondos_*.csv", encodings=("utf-8", "latin-1")),
    _funds("funds_totals", "totals_*.csv", skip_rows={"编号": ("合计", "小计")}),
    _funds("funds_book", "book_*.xlsx", sheet=None),
    _funds(
        "funds_merged",
        "merged_*.xlsx",
        "merged_*.csv",
        header_rows=2,
        fields={name: replace(f, source=f"资金/{f.source}") if f.source else f for name, f in FUND.items()},
    ),
    _funds("journal", "journal*.csv", period_in_name=None, fields=FUND | {"time_period": Field("月份")}),
    _funds("dated", "dated_*.csv", fields=FUND | {"time_period": Field("月份")}),
    _funds("funds_bare", "bare_*.csv", fields={k: v for k, v in FUND.items() if k != "payee"}),
    _funds("twin_one", "twins_*.csv"),
    _funds("twin_two", "twins_*.csv", fields={k: v for k, v in FUND.items() if k != "payee"}, other_columns="ignore"),
    _funds("forms_utf8", "forms_*.csv"),
    _funds("forms_gbk", "forms_*.csv", encodings=("gb18030",), fields=FUND | {"programme": Field("项目名称")}),
    _funds(
        "with_projects",
        "main_*.csv",
        transform=_as_sent,
        fields={},
        requires=tuple(FUND_HEAD.split(",")),
        companions=(Companion("projects", ("projects*.csv",), ("项目编号", "地区")),),
    ),
    _funds("tripping", "tripping_*.csv", transform=_tripping, fields={}, requires=tuple(FUND_HEAD.split(","))),
    _households("households_a", "A1", "homes_a_*.csv"),
    _households("households_b", "B1", "homes_b_*.csv"),
)
JURISDICTION = Jurisdiction(id=PLACE, name="County", name_zh="县", currency="CNY", root_area="R", layouts=LAYOUTS)


def fund_row(number: int = 1, **changes: object) -> str:
    """A sound ledger line as CSV; changes by the contract's column."""
    cells = {
        "transaction_id": f"F{number:04d}",
        "station": "拨付",
        "channel": "财政",
        "purpose": "农业",
        "project_id": "P1",
        "area_code": "A1",
        "amount": "100.00",
        "booked_on": "2024-03-05",
        "payee": "村委会",
    }
    assert not set(changes) - set(cells)
    return ",".join(str(cell) for cell in (cells | changes).values())


def funds(*rows: str, head: str = FUND_HEAD, end: str = "\n") -> str:
    """A ledger: head and lines."""
    return "".join(f"{line}{end}" for line in (head, *rows))


def household_row(household: str, **changes: object) -> str:
    """A sound household as CSV."""
    cells = {
        "household_id": household,
        "area_type": "农村",
        "persons": 4,
        "weight": 10,
        "stratum": "S1",
        "psu": "V1",
        "crop_net": "60.00",
        "wage_local_net": "40.00",
        "net_income": "100.00",
        "head": "马某",
    }
    assert not set(changes) - set(cells)
    return ",".join(str(cell) for cell in (cells | changes).values())


def households(*rows: str) -> str:
    """A household file: head and lines."""
    return "".join(f"{line}\n" for line in (HOUSEHOLD_HEAD, *rows))


@dataclass(frozen=True)
class Judged:
    """What became of the rows of some files of one table and month."""

    accepted: list[dict[str, object]]
    quarantined: list[dict[str, object]]

    def rules(self) -> dict[int, set[str]]:
        """Line -> rules it broke, without the table's name."""
        return {
            int(str(row["row_number"])): {rule.partition(".")[2] for rule in str(row["rule_ids"]).split()}
            for row in self.quarantined
        }

    def found(self, line: int, rule: str) -> object:
        """What a rule found in a line."""
        row = next(row for row in self.quarantined if row["row_number"] == line)
        return next(f["found"] for f in json.loads(str(row["findings"])) if f["rule"].endswith(f".{rule}"))

    def raw(self, line: int) -> dict[str, str | None]:
        """The line as kept in quarantine."""
        return json.loads(str(next(row for row in self.quarantined if row["row_number"] == line)["raw_record"]))

    def lines(self) -> list[int]:
        """The accepted lines."""
        return sorted(int(str(row["row_number"])) for row in self.accepted)


class County:
    """A landing folder and a home, empty at first."""

    def __init__(self, folder: Path) -> None:
        self.landing, self.home = folder / "landing", Home.at(folder / "home")
        self.landing.mkdir()

    def put(self, name: str, content: str | bytes) -> None:
        """A file into the landing folder."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def received(self) -> dict[str, Received]:
        """The files there, archived."""
        return {file.name: file for file in receive(self.landing, self.home)}

    def take(self, name: str, content: str | bytes | None = None) -> Taken:
        """What becomes of a file."""
        if content is not None:
            self.put(name, content)
        files = self.received()
        return take(files[name], JURISDICTION, list(files.values()), "2026-11")

    def judge(self, *names: str, month: str = MONTH) -> Judged:
        """Typed and judged rows of files of one table, all of which must be taken; nothing may be lost."""
        files = self.received()
        together = list(files.values())
        taken = [take(files[name], JURISDICTION, together, "2026-11") for name in names]
        assert [t.reason for t in taken] == [None] * len(names)
        rows, built = self.build([(files[name], t) for name, t in zip(names, taken, strict=True)], month)
        accepted = [row for piece in rows.pieces(10_000) for row in piece.to_pylist()]
        assert len(accepted) + len(built.quarantined) == sum(t.rows_read or 0 for t in taken)
        assert all(row["rule_ids"] for row in built.quarantined)
        return Judged(accepted, built.quarantined)

    def build(self, files: Sequence[tuple[Received, Taken]], month: str) -> tuple[AcceptedRows, CoreMonth]:
        """A month of files of one table."""
        task = _task(self.home, files, month)
        judged = judge_month(task)
        return judged.accepted, core_month(task, judged)

    def judge_funds(self, rows: Iterable[str], name: str = f"funds_{MONTH}.csv") -> Judged:
        """A ledger of these lines, typed and judged; the first stands in line 2."""
        self.put(name, funds(*rows))
        return self.judge(name)


def task_of(county: County, name: str, month: str) -> TableMonth:
    """The month of a table that has one file."""
    return _task(county.home, [(county.received()[name], county.take(name))], month)


def _task(home: Home, files: Sequence[tuple[Received, Taken]], month: str) -> TableMonth:
    inputs = [_input(file, taken) for file, taken in files]
    return TableMonth(home, JURISDICTION, _areas(), CONTRACTS[str(files[0][1].source)], month, inputs)


def _input(file: Received, taken: Taken) -> InputFile:
    layout = next(layout for layout in LAYOUTS if layout.id == taken.layout)
    last_month = max(closing_month(period) for period in taken.periods)
    return InputFile(file.file_id, file.name, layout, dict(taken.companions), layout.covers(), last_month)


def _areas() -> list[dict[str, str | None]]:
    return [{name: text or None for name, text in area.items()} for area in AREAS]
