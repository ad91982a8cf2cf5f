"""Senders who break every rule of every place once: one file per rule, each in a month of its own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import broken_industries
from sound_county import PLACE, SENDERS, SOUND_LINES, Cells, csv_of, sound

from checks.decisions import Wanted, record
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.codes.funds import CHANNELS
from warehouse.engine import open_ledger
from warehouse.store import Home

PRESENT_DAY = "the first of the month"
"""Written in a fault: the first day of its month, whichever that is."""


@dataclass(frozen=True)
class Fault:
    """What is written after the sound lines of sender A1, and all that is then found.

    `lines` are changes to a sound line each, in A1's file; `other` those in a file of sender B1, which has sound lines
    only where it has none of these. Every line of `lines` and `other` breaks the rule and those of `also`.
    """

    lines: Sequence[Cells] = ()
    other: Sequence[Cells] = ()
    also: tuple[str, ...] = ()
    beyond: str = ""
    """Written after the last cell of the last line."""
    sound_lines: int = SOUND_LINES
    in_quarantine: bool = True
    expects: Cells = field(default_factory=dict)
    """What a correction of A1's first line expects in vain"""

    def files(self, table: str, month: str) -> dict[str, str]:
        """Name -> content of the files with the fault."""
        contract = SOURCE_CONTRACTS[f"core.{table}"]
        own = [sound(table, number, month) for number in range(self.sound_lines)]
        own += [sound(table, SOUND_LINES, month) | _dated(change, month) for change in self.lines]
        other = [sound(table, SOUND_LINES, month, "B1") | _dated(change, month) for change in self.other]
        return {
            f"{table}_{sender}_{month}.csv": csv_of(contract, rows, self.beyond if sender == "A1" else "")
            for sender, rows in zip(SENDERS, (own, other), strict=True)
            if rows
        }

    def broken(self, table: str, month: str) -> set[tuple[str, int]]:
        """(file, line) of the lines that break the rule."""
        own = {(f"{table}_A1_{month}.csv", self.sound_lines + 2 + place) for place in range(len(self.lines))}
        return own | {(f"{table}_B1_{month}.csv", 2 + place) for place in range(len(self.other))}


def _dated(change: Cells, month: str) -> Cells:
    """The change with its days in the month."""
    dated = {name: text.replace("{month}", month) for name, text in change.items()}
    return {name: f"{month}-01" if text == PRESENT_DAY else text for name, text in dated.items()}


REQUIRED = {
    "household_income": "weight",
    "labour_export": "persons",
    "labour_training": "course",
    "registry": "cause",
    "linked_household": "linked_on",
    "village_programme": "road_works",
    "fund_transaction": "amount",
    "project": "approved_own",
    "published_income": "value",
    "price_index": "value",
    "area_history": "name_zh",
    **broken_industries.REQUIRED,
}
"""A required column of each table that no other rule looks at when it is blank."""

VILLAGE_TABLES = tuple(
    contract.table
    for contract in SOURCE_CONTRACTS.values()
    if f"{contract.table}.village_of_area" in {rule.id for rule in contract.rules}
)
CODE = {
    "household_income": "area_type",
    "labour_export": "sex",
    "labour_training": "course",
    "registry": "cause",
    "linked_household": "link_kind",
    "village_programme": "road_works",
    "fund_transaction": "purpose",
    "project": "purpose",
    "published_income": "domain",
    "price_index": "index_kind",
    "area_history": "status",
    **broken_industries.CODE,
}
IMPOSSIBLE: dict[str, tuple[Cells, tuple[str, ...]]] = {
    "household_income": ({"persons": "0"}, ()),
    "labour_export": ({"person_times": "9999999"}, ()),
    "registry": ({"persons": "31"}, ()),
    "village_programme": ({"households": "0"}, ()),
    "fund_transaction": ({"amount": "20000000000000.00"}, ()),
    "project": ({"jobs": "2000000"}, ()),
    "published_income": ({"value": "20000000"}, ()),
    "price_index": ({"value": "10"}, ("step_plausible",)),
    **broken_industries.IMPOSSIBLE,
}
"""A value beyond its bounds, and what else it breaks."""


def _standard(table: str) -> dict[str, Fault]:
    column = REQUIRED[table]
    faults = {
        "required": Fault([{column: ""}]),
        "readable": Fault([{column: "abc"}]),
        "line_intact": Fault([{}], beyond=",a cell too many"),
        "code_known": Fault([{CODE[table]: "unheard of"}]),
        "period_agrees": Fault([{"time_period": "1999-12"}]),
        "decisions_hold": Fault(expects={column: "what is not there"}, in_quarantine=False),
        "file_has_rows": Fault(other=[{column: ""}], also=("required",)),
        "month_has_rows": Fault([{column: ""}], also=("required", "file_has_rows"), sound_lines=0),
    }
    if table in IMPOSSIBLE:
        impossible, besides = IMPOSSIBLE[table]
        faults["within_bounds"] = Fault([impossible], also=besides)
    if table not in ("price_index", "area_history"):
        village = ("village_of_area",) if table in VILLAGE_TABLES else ()
        faults["area_of_sender"] = Fault([{"area_code": "B1"}], also=village)
        faults["area_known"] = Fault([{"area_code": "Z9"}], also=("area_of_sender", *village))
        faults["area_valid"] = Fault([{"area_code": "A0"}], also=("area_of_sender", *village))
    return faults


def _flag(change: Cells, also: tuple[str, ...] = ()) -> Fault:
    return Fault([change], also=also, in_quarantine=False)


_PAID = {"station": "use", "transaction_id": "A1-U"}
_AFTER_THE_COURSE = ("ended_on", "certified_on", "placed_on", "destination_code", "is_retained")
_VISITED = {"persons_away": "0", "net_income": "9111.00"}
_NO_LEAF = {"crop_net": "", "wage_local_net": ""}
_OWN: dict[str, dict[str, Fault]] = {
    "household_income": {
        "duplicate_in_file": Fault([{}, {}]),
        "duplicate_across_files": Fault([{}], other=[{"household_id": f"A1-H{SOUND_LINES}"}], also=("file_has_rows",)),
        "balance": Fault([{"net_income": "101.00"}]),
        "some_source": Fault([_NO_LEAF], also=("balance",)),
        "psu_in_one_stratum": Fault([{"psu": "V", "stratum": s, "household_id": f"H-{s}"} for s in ("S1", "S2")]),
        "per_person_plausible": _flag({"crop_net": "499960.00", "net_income": "500000.00"}),
        "loss_plausible": _flag({"crop_net": "-140.00", "net_income": "-100.00"}, also=("share_defined",)),
        "share_defined": _flag({"crop_net": "-40.00", "net_income": "0.00"}),
    },
    "labour_export": {
        "person_times": Fault([{"person_times": "9"}]),
        "total_is_n_times_mean": Fault([{"earnings_total": "30000.00"}]),
        "earnings_need_persons": Fault([{"persons": "0", "earnings_per_person": ""}]),
        "duplicate": Fault([{}, {}]),
        "earnings_plausible": _flag({"earnings_total": "20.00", "earnings_per_person": "2.00"}),
    },
    "labour_training": {
        # a code that cannot be read is a blank as well as no code
        "readable": Fault([{"started_on": "1999-02-30"}]),
        "village_of_area": Fault([{"village_code": "B1-V1"}]),
        "steps_in_order": Fault([{"certified_on": "1999-01-31"}, {"certified_on": "", "person_id": "P-without"}]),
        "dates_in_period": Fault([{"started_on": "2031-01-01", **dict.fromkeys(_AFTER_THE_COURSE, "")}]),
        "retained_after_six_months": Fault([{"placed_on": PRESENT_DAY}]),
        "placed_somewhere": Fault([{"destination_code": ""}]),
        "duplicate": Fault([{}, {}]),
        "retention_reported": _flag({"is_retained": ""}),
    },
    "registry": {
        "readable": Fault([{"net_income": "abc"}]),
        "village_of_area": Fault([{"village_code": "B1-V1"}]),
        "dates_in_order": Fault(
            [
                {"exited_on": "1998-04-30"},
                {"returned_on": "1999-04-30", "household_id": "H-back"},
                {"exited_on": "", "returned_on": "1999-06-01", "household_id": "H-never-out"},
            ]
        ),
        "dates_in_period": Fault([{"exited_on": "2031-01-01"}]),
        "batch_of_entry": Fault([{"batch": "1997"}]),
        "away_are_members": Fault([{"persons_away": "5"}]),
        "duplicate": Fault([{}, {}]),
        "labour_income_has_worker": _flag(_VISITED),
        "surveyed_anew": _flag(_VISITED, also=("labour_income_has_worker",)),
        "exit_above_line": _flag({"net_income": "0.00"}),
    },
    "linked_household": {
        "village_of_area": Fault([{"village_code": "B1-V1"}], also=("village_as_registered",)),
        "linked_on_in_time": Fault([{"linked_on": "2031-01-01"}]),
        # a household that is registered whichever other files there are
        "month_has_rows": Fault(
            [{"linked_on": "", "household_id": "A1-H0"}], also=("required", "file_has_rows"), sound_lines=0
        ),
        "duplicate": Fault([{}, {}]),
        "household_registered": Fault([{"household_id": "A1-H9"}]),
        "village_as_registered": Fault([{"village_code": "A1-V7"}]),
    },
    "village_programme": {
        "readable": Fault([{"persons": "abc"}]),
        "village_of_area": Fault([{"village_code": "B1-V9"}]),
        "steps_in_order": Fault([{"started_on": "1998-01-31"}, {"finished_on": "", "village_code": "A1-V-unfinished"}]),
        "dates_in_period": Fault([{"accepted_on": "2031-01-01"}]),
        "batch_is_planned": Fault([{"batch": ""}]),
        "persons_live_in_households": Fault([{"persons": "199"}]),
        "duplicate": Fault([{}, {}]),
        "accepted_is_built": _flag({"water_works": "under_way"}),
        "income_plausible": _flag({"net_income": "30.00"}),
    },
    "fund_transaction": {
        "booked_in_period": Fault([{"booked_on": "1999-12-31"}]),
        "duplicate_in_file": Fault([{}, {}]),
        "duplicate_across_files": Fault(
            [{}], other=[{"transaction_id": f"A1-T{SOUND_LINES}"}], also=("file_has_rows",)
        ),
        "amount_not_zero": _flag({"amount": "0.00"}),
        "negative_is_correction": _flag({"amount": "-5.00"}),
        "use_has_upstream": _flag({"station": "use"}),
        "upstream_known": _flag({"station": "use", "upstream_id": "nowhere"}),
        "earmark_unchanged": _flag({"station": "use", "upstream_id": "A1-T0", "channel": "own"}),
        "line_conserved": _flag({"station": "use", "upstream_id": "A1-T3", "amount": "100.01"}),
        "earmark_kept": Fault(
            [{"project_id": "J", "amount": "99.99"}, {"project_id": "J", "upstream_id": "A1-T1", **_PAID}],
            also=("balance_never_negative",),
            in_quarantine=False,
        ),
        "balance_never_negative": Fault(
            [{"project_id": "K"}, {"project_id": "K", "upstream_id": "A1-T2", **_PAID, "booked_on": "{month}-04"}],
            in_quarantine=False,
        ),
    },
    "project": {
        "duplicate": Fault([{}, {}]),
        "approved_in_period": Fault([{"approved_on": "1999-12-31"}]),
        "dates_in_order": _flag({"finished_on": "{month}-04"}),
        "approved_some_money": _flag({f"approved_{channel}": "0" for channel in CHANNELS}),
        "subsidy_has_households": _flag({"payee_kind": "enterprise", "linked_poor_households": "0"}),
    },
    "published_income": {"duplicate": Fault([{}, {}])},
    "area_history": {
        "readable": Fault([{"valid_from": "abc"}], also=("area_above_in_force",)),
        "month_has_rows": Fault(
            [{"name_zh": ""}], also=("required", "file_has_rows", "area_above_in_force"), sound_lines=0
        ),
        "code_known": Fault([{"status": "unheard of"}], also=("status_agrees",)),
        "code_has_six_digits": Fault([{"level": "prefecture"}]),
        "years": Fault([{"valid_from": "1990-01"}]),
        "status_agrees": Fault([{"status": "changed"}]),
        "spells_apart": Fault([{}, {}]),
        "successors_read": Fault([{"successors": "640102"}]),
        "successors_known": Fault([{"successors": "640199[2000]"}]),
        "successors_in_time": Fault([{"successors": "640102[1985]"}]),
        "edition_is_whole": Fault([{"name_zh": ""}], also=("required",)),
        "county_goes_somewhere": _flag({"status": "abolished", "changed_in": "2000"}),
        "area_above_in_force": _flag({"area_code": "650101"}),
    },
    "price_index": {
        "duplicate": Fault([{}, {}]),
        # another area among the prices of a place spoils them all
        "area_of_sender": Fault([{"area_code": "B1"}], also=("file_has_rows", "month_has_rows"), sound_lines=0),
        "file_has_rows": Fault(other=[{"area_code": "A1"}], also=("area_of_sender",)),
        "one_area": Fault([{}], other=[{}], also=("file_has_rows", "month_has_rows"), sound_lines=0),
        "monthly": Fault([{"freq": "Q"}]),
        "step_plausible": _flag({"value": "131"}),
    },
    **{
        table: {"once": Fault([{}, {}]), **{rule: Fault([change]) for rule, change in changes.items()}}
        for table, changes in broken_industries.CHANGES.items()
    },
}
_OWN["declared_list"]["declared_is_named"] = _flag({})


def _all_of(table: str) -> dict[str, Fault]:
    """A refused row of a register of codes stops the release, whatever it broke."""
    faults = _standard(table) | _OWN[table]
    if table != "area_history":
        return faults
    return {
        rule: replace(fault, also=(*fault.also, "edition_is_whole"))
        if fault.in_quarantine and rule != "edition_is_whole"
        else fault
        for rule, fault in faults.items()
    }


FAULTS: dict[str, Fault] = {
    f"{contract.table}.{rule}": fault
    for contract in SOURCE_CONTRACTS.values()
    for rule, fault in _all_of(contract.table).items()
}
"""Rule -> a file that breaks it."""

_BLOCKING = {rule.id for contract in SOURCE_CONTRACTS.values() for rule in contract.rules if rule.severity == "block"}


def all_fired(rule: str) -> set[str]:
    """All rules that the file of a rule breaks."""
    return {rule} | {f"{rule.partition('.')[0]}.{other}" for other in FAULTS[rule].also}


STOPS_THE_RELEASE = frozenset(rule for rule in FAULTS if all_fired(rule) & _BLOCKING)


def month_of(rule: str) -> str:
    """The month that the rule's file is for."""
    place = list(FAULTS).index(rule)
    return f"{2000 + place // 12}-{place % 12 + 1:02d}"


def write_files(landing: Path, rules: Sequence[str]) -> None:
    """The files that break these rules."""
    landing.mkdir()
    for rule in rules:
        for name, content in FAULTS[rule].files(rule.partition(".")[0], month_of(rule)).items():
            (landing / name).write_text(content, encoding="utf-8")


def write_decisions(home: Path, rules: Sequence[str]) -> None:
    """The decisions that break these rules, recorded before any file came."""
    engine = open_ledger(Home.at(home))
    with engine.begin() as connection:
        for rule in rules:
            for column, before in FAULTS[rule].expects.items():
                record(connection, _correction(rule, column, before), dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    engine.dispose()


def _correction(rule: str, column: str, before: str) -> Wanted:
    table, month = rule.partition(".")[0], month_of(rule)
    return Wanted(
        PLACE,
        "correct",
        "the county said so",
        "an editor",
        table_name=f"core.{table}",
        period_first=month,
        period_last=month,
        layout=f"{table}_A1",
        row_number=2,
        changes=json.dumps({column: [before, "1"]}),
    )
