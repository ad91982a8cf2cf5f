"""Months, senders and files in order: made month by month, dirtied by plan, written, and the truth kept.

The parts are elsewhere: values in `income`, `labour`, `funds`; faults in `*_faults`; bytes in `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np

from jurisdictions.wuzhong.generator import (
    fund_faults,
    household_faults,
    industry_faults,
    labour_faults,
    policy,
    projects,
    varieties,
)
from jurisdictions.wuzhong.generator.design import (
    AREAS,
    BLOCK,
    MINIMUM_HOUSEHOLDS,
    Area,
    VillageList,
    Villages,
    all_villages,
    blocks,
    households_by_area,
    villages_of,
)
from jurisdictions.wuzhong.generator.file_faults import CORRECTION, FILE_FAULTS, add_file_fault
from jurisdictions.wuzhong.generator.forms import WORKBOOK_ROWS, file_name, form_of
from jurisdictions.wuzhong.generator.fund_plan import Size
from jurisdictions.wuzhong.generator.fund_truth import findings
from jurisdictions.wuzhong.generator.funds import fund_sheet
from jurisdictions.wuzhong.generator.industries import association_sheet, crop_sheet, enterprise_sheet, output_sheet
from jurisdictions.wuzhong.generator.labour import labour_sheet
from jurisdictions.wuzhong.generator.labour_report import write_report
from jurisdictions.wuzhong.generator.planting import Kind, Place, Planting
from jurisdictions.wuzhong.generator.reports import MADE, REGISTERED, is_due
from jurisdictions.wuzhong.generator.sheets import SOURCES, Sheet, household_sheet
from jurisdictions.wuzhong.generator.truth import FileTruth, IncomeTruth, PlantedLine, Sums, write_truth
from jurisdictions.wuzhong.generator.writing import Written, write_file
from warehouse.periods import months_between

HOUSEHOLDS_A_MONTH = 700
"""Of the ordinary sample."""

REPEATS = 2
"""How often each kind of fault is planted in the whole series."""

_Pair = Callable[[Place, Place], tuple[list[Planting], list[Planting]]]
_Item = TypeVar("_Item")


def _alone(kind: Kind) -> _Pair:
    return lambda first, _: (kind(first), [])


_FAULTS: dict[str, tuple[_Pair, ...]] = {
    "household_income": (*map(_alone, household_faults.KINDS), household_faults.household_in_two_files),
    "labour_export": tuple(map(_alone, labour_faults.KINDS)),
    "fund_transaction": (*map(_alone, fund_faults.KINDS), fund_faults.payment_in_two_ledgers),
    "project": tuple(map(_alone, projects.KINDS)),
    **{source: tuple(map(_alone, made.kinds)) for source, made in MADE.items()},
    **{source: tuple(map(_alone, kinds)) for source, kinds in industry_faults.KINDS.items()},
}
_VARIETIES: dict[str, tuple[_Pair, ...]] = {
    "household_income": tuple(map(_alone, varieties.HOUSEHOLD)),
    "labour_export": tuple(map(_alone, varieties.LABOUR)),
    "fund_transaction": tuple(map(_alone, varieties.FUND)),
}

YEARLY: dict[str, Callable[[Area, str, int, int], Sheet]] = {
    "crop_base": crop_sheet,
    "industry_output": output_sheet,
    "enterprise": enterprise_sheet,
    "association": association_sheet,
}
"""Tables sent after the end of a year -> (area, closing month, years since the first, seed) to sheet"""

YEARLY_SUMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "crop_base": (("product",), ("area_mu", "film_area_mu", "large_area_mu", "growers", "large_growers", "bases")),
    "industry_output": (
        ("line_type", "product"),
        (
            *("opening_stock_tonnes", "output_tonnes", "marketed_tonnes"),
            *("output_value", "sale_value", "input_value"),
            *("workers", "poor_workers", "certified_products"),
        ),
    ),
    "enterprise": (("industry",), ("workers", "poor_workers", "sale_value", "linked_households")),
    "association": (("has_branch",), ("members", "poor_members", "served_households", "village_households")),
    projects.SOURCE: (("purpose", "payee_kind"), ("approved_poverty_fund", "income_gain", "jobs")),
}
"""Yearly table -> codes by which its truth is summed, and what is summed: land and tonnes in 1/10,000"""
YEARLY_CENTS = ("output_value", "sale_value", "input_value", "approved_poverty_fund", "income_gain")

ALL_SOURCES: tuple[str, ...] = (*SOURCES, *YEARLY, policy.SOURCE, *MADE, projects.SOURCE)


@dataclass(frozen=True)
class Truth:
    """What was generated: where, which months, every planted line, every file. Figures are in `folder`."""

    landing: Path
    folder: Path
    months: tuple[str, ...]
    planted: tuple[PlantedLine, ...]
    files: tuple[FileTruth, ...]

    @property
    def dirt(self) -> tuple[PlantedLine, ...]:
        """The planted faults, without the harmless varieties."""
        return tuple(line for line in self.planted if line.outcome != "accepted")


@dataclass(frozen=True)
class Sample:
    """What the files are made from: seed, months, the villages of each area, and the size of the register."""

    seed: int
    months: tuple[str, ...]
    villages: dict[str, Villages]
    everywhere: dict[str, VillageList]
    registered: int
    funds: Size

    def sheets(self, area: Area, source: str, month_index: int) -> Iterator[Sheet]:
        """The blocks of one file."""
        if source == "labour_export":
            yield labour_sheet(area, self.months[month_index], month_index, self.seed)
        elif source == "fund_transaction":
            yield fund_sheet(area, list(self.months), month_index, self.seed, self.funds)
        elif source == projects.SOURCE:
            yield projects.project_sheet(area, list(self.months), month_index, self.seed, self.funds)
        elif source in MADE:
            villages = self.everywhere[area.code]
            sheet = MADE[source].sheet(villages, self.months[month_index], self.registered, self.seed)
            # what is copied from the report before is so only where there is one
            yield sheet if self.turn(source, month_index)[0] else replace(sheet, marks={})
        elif source in YEARLY:
            month, first = self.months[month_index], int(self.months[0][:4])
            yield YEARLY[source](area, month, int(month[:4]) - first, self.seed)
        else:
            for block in blocks(self.villages[area.code], self.seed):
                yield household_sheet(block, self.months[month_index], month_index, self.seed)

    def as_workbook(self, area: Area, source: str) -> bool:
        """The sender's table goes into a workbook."""
        rows = int(self.villages[area.code].households.sum()) if source == "household_income" else 0
        return form_of(area.code, source).workbook and (source not in SOURCES or rows <= WORKBOOK_ROWS)

    def is_due(self, source: str, month_index: int) -> bool:
        """The month closes a period of the table."""
        month = self.months[month_index]
        return source in SOURCES or (is_due(source, month) if source in MADE else month.endswith("-12"))

    def turn(self, source: str, month_index: int) -> tuple[int, int]:
        """Which of how many files of a sender the one of this month is."""
        due = [place for place in range(len(self.months)) if self.is_due(source, place)]
        return due.index(month_index), len(due)

    def is_whole(self, area: Area) -> bool:
        """The area's households are one block."""
        return int(self.villages[area.code].households.sum()) <= BLOCK


def sample(
    seed: int,
    months: int,
    first_month: str,
    household_months: int | None,
    registered: int = REGISTERED,
    funds: Size | None = None,
) -> Sample:
    """Draw the sample; ValueError for sizes that cannot be."""
    if household_months is None:
        household_months = HOUSEHOLDS_A_MONTH * months
    if months < 1 or household_months < months:
        raise ValueError(f"{household_months} household-months in {months} months: at least one a month")
    year, month = map(int, first_month.split("-"))
    last = year * 12 + month - 1 + months - 1
    names = months_between(first_month, f"{last // 12:04d}-{last % 12 + 1:02d}")
    sizes = households_by_area(max(MINIMUM_HOUSEHOLDS, round(household_months / months)))
    drawn = {area.code: villages_of(area, sizes[area.code], seed) for area in AREAS}
    everywhere = {code: all_villages(villages, seed) for code, villages in drawn.items()}
    return Sample(seed, tuple(names), drawn, everywhere, registered, funds or Size.ordinary(months))


def generate(
    landing: Path,
    seed: int = 2024,
    months: int = 36,
    first_month: str = "2021-01",
    household_months: int | None = None,
    dirt: bool = True,
    sources: Sequence[str] = ALL_SOURCES,
    funds: Size | None = None,
    truth: Path | None = None,
    on_month: Callable[[str], None] | None = None,
    registered: int = REGISTERED,
) -> Truth:
    """Write the senders' files into `landing`, the truth into `truth` (default: `truth` beside `landing`).

    `household_months` is the number of household rows over all months, 1,000 to 50 million; without it a month has
    700. `registered` is the number of households on the register of the poor; a full prefecture has 30,000. `funds`
    says how many projects and ledger lines there are; a full prefecture has 2,000 and 150,000. The same arguments give
    the same bytes. `on_month` is called with each month when it is written. Raises ValueError for an unknown source
    or a size that cannot be.
    """
    unknown = sorted(set(sources) - set(ALL_SOURCES))
    if unknown:
        raise ValueError(f"unknown source {', '.join(unknown)}; there are {', '.join(ALL_SOURCES)}")
    folder = landing.parent / "truth" if truth is None else truth
    landing.mkdir(parents=True, exist_ok=True)
    drawn = sample(seed, months, first_month, household_months, registered, funds)
    book = _Book(drawn, landing)
    for month_index, month in enumerate(drawn.months):
        for source in sources:
            if source != policy.SOURCE and drawn.is_due(source, month_index):
                book.write_month(source, month_index, dirt)
        if policy.SOURCE in sources and month.endswith("-12") and month_index < 12:
            book.files += policy.write_policy(landing, month)
        if dirt:
            book.add_files(month_index, sources)
        book.income.close_month(month)
        if on_month is not None:
            on_month(month)
    parameters = {
        "seed": seed,
        "months": months,
        "first_month": first_month,
        "households": sum(int(villages.households.sum()) for villages in drawn.villages.values()),
        "dirt": dirt,
        "sources": list(sources),
        "registered": registered,
    }
    tables = {
        "income_share": book.income.shares,
        "income_level": book.income.levels,
        "labour_export": book.labour.rows(["earnings_total"]),
        "fund_flow": book.funds.rows(["amount"]),
        **{source: sums.rows([]) for source, sums in book.reports.items()},
        **{source: sums.rows(YEARLY_CENTS) for source, sums in book.yearly.items()},
        "finding": [
            asdict(one)
            for one in findings(drawn.months, drawn.funds, seed, with_register=projects.SOURCE in sources)
            if "fund_transaction" in sources
        ],
    }
    write_truth(folder, parameters, tables, book.planted, book.files)
    return Truth(landing, folder, drawn.months, tuple(book.planted), tuple(book.files))


def write_correction(
    landing: Path,
    area_code: str,
    month: str,
    source: str = "household_income",
    *,
    seed: int = 2024,
    months: int = 36,
    first_month: str = "2021-01",
    household_months: int | None = None,
) -> Path:
    """Write a sender's corrected file of a month: as `generate` with these arguments writes it, but sound."""
    drawn = sample(seed, months, first_month, household_months)
    area = next(area for area in AREAS if area.code == area_code)
    as_workbook = drawn.as_workbook(area, source)
    form = form_of(area_code, source)
    path = landing / file_name(form, source, month, CORRECTION, as_workbook)
    write_file(path, form, drawn.sheets(area, source, drawn.months.index(month)), (), as_workbook)
    return path


class _Book:
    """What is kept while the months go by."""

    def __init__(self, drawn: Sample, landing: Path) -> None:
        self.drawn, self.landing = drawn, landing
        self.planted: list[PlantedLine] = []
        self.files: list[FileTruth] = []
        self.income = IncomeTruth()
        self.labour = Sums(("destination_code", "channel"), ("persons", "person_times", "earnings_total"))
        self.funds = Sums(("channel", "purpose", "station"), ("amount",))
        self.reports = {source: Sums(made.by, made.facts) for source, made in MADE.items()}
        self.yearly = {source: Sums(*named) for source, named in YEARLY_SUMS.items()}

    def write_month(self, source: str, month_index: int, dirt: bool) -> None:
        """All senders' files of a source and month, and what is true of them."""
        rest = {area.code: self.drawn.sheets(area, source, month_index) for area in AREAS}
        places = [self._place(area, next(rest[area.code]), source, month_index) for area in AREAS]
        plan = _plan(source, *self.drawn.turn(source, month_index), places) if dirt else {}
        for area, place in zip(AREAS, places, strict=True):
            marks = [Planting(m.kind, row, {}, m.rules, "flagged") for row, m in place.sheet.marks.items()]
            plantings = [*plan.get(area.code, []), *marks]
            kept = self._kept(chain([place.sheet], rest[area.code]), place.sheet, plantings)
            name = file_name(place.form, source, place.sheet.month, "", place.as_workbook)
            written = write_file(self.landing / name, place.form, kept, plantings, place.as_workbook)
            self._note(written, place.sheet, plantings)

    def _place(self, area: Area, sheet: Sheet, source: str, month_index: int) -> Place:
        random = np.random.default_rng([self.drawn.seed, area.number, 7, month_index, ALL_SOURCES.index(source)])
        form, as_workbook = form_of(area.code, source), self.drawn.as_workbook(area, source)
        return Place(sheet, form, random, as_workbook, self.drawn.is_whole(area), set(sheet.marks))

    def _kept(self, sheets: Iterator[Sheet], first: Sheet, plantings: Sequence[Planting]) -> Iterator[Sheet]:
        """The sheets on their way into the file, their sound rows added to the truth."""
        for sheet in sheets:
            sound = np.ones(sheet.rows, bool)
            if sheet is first:
                refused = [p.row for p in plantings if p.outcome == "quarantined" and not p.inserted]
                sound[refused] = False
            self._truth_of(sheet.source).add(sheet, sound)
            yield sheet

    def _truth_of(self, source: str) -> IncomeTruth | Sums:
        if source == "household_income":
            return self.income
        if source in MADE:
            return self.reports[source]
        if source in self.yearly:
            return self.yearly[source]
        return self.labour if source == "labour_export" else self.funds

    def _note(self, written: Written, sheet: Sheet, plantings: Sequence[Planting]) -> None:
        for line, planting in sorted(written.lines, key=lambda pair: pair[0]):
            cells = [text.replace("\0", "\\0") for text in planting.edits.values()]
            self.planted.append(
                PlantedLine(
                    written.path.name,
                    line,
                    sheet.source,
                    sheet.month,
                    planting.kind,
                    tuple(sorted(rule if "." in rule else f"{sheet.source}.{rule}" for rule in planting.rules)),
                    planting.outcome,
                    " ".join(planting.edits) if len(planting.edits) < 5 else f"{len(planting.edits)} columns",
                    " ".join(filter(None, cells)) or planting.note or planting.damage or "",
                )
            )
        quarantined = sum(planting.outcome == "quarantined" for planting in plantings)
        self.files.append(
            FileTruth(
                written.path.name,
                sheet.source,
                sheet.area_code,
                sheet.month,
                "accepted",
                written.records,
                quarantined,
            )
        )

    def add_files(self, month_index: int, sources: Sequence[str]) -> None:
        """The month's whole-file faults, and the report on the first year."""
        month = self.drawn.months[month_index]
        if (
            month == next((one for one in self.drawn.months if one.endswith("-12")), None)
            and "labour_export" in sources
        ):
            planted, file = write_report(self.landing, month)
            self.planted.append(planted)
            self.files.append(file)
        for fault in _of_month(FILE_FAULTS, month_index, len(self.drawn.months), 1):
            name = add_file_fault(fault, self.landing, month) if fault.source in sources else None
            if name is not None:
                self.planted.append(PlantedLine(name, None, fault.source, month, fault.kind, (), "refused"))
                self.files.append(FileTruth(name, fault.source, fault.area_code, month, "refused", 0, 0))


def _of_month(kinds: Sequence[_Item], month_index: int, months: int, repeats: int) -> list[_Item]:
    """The kinds whose turn it is: all in order, `repeats` times over, spread evenly over the months."""
    turns = len(kinds) * repeats
    return [kinds[turn % len(kinds)] for turn in range(turns) if turn * months // turns == month_index]


def _plan(source: str, month_index: int, months: int, places: Sequence[Place]) -> dict[str, list[Planting]]:
    """area -> what is planted in its file of the month; a kind goes to one sender that has room for it."""
    plan: dict[str, list[Planting]] = {place.form.area_code: [] for place in places}
    kinds = [k for some in (_FAULTS, _VARIETIES) for k in _of_month(some.get(source, ()), month_index, months, REPEATS)]
    for kind in kinds:
        order = [places[place] for place in places[0].random.permutation(len(places))]
        for first, second in zip(order, [*order[1:], order[0]], strict=True):
            here, there = kind(first, second)
            if here:
                plan[first.form.area_code] += here
                plan[second.form.area_code] += there
                break
    return plan
