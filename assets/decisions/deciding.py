"""The door for decisions: what a person wants decided is held against rules, files, rows and areas before it is
recorded. An entry is what a command or a reviewed file says of one decision; docs/deciding.md shows every kind.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from assets.decisions.correcting import correct
from assets.decisions.office import CannotDecide, Entry, Office, known_file
from assets.rules import rules_of
from checks import decisions
from checks.decisions import Wanted
from checks.scan import as_json
from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS, Rule
from warehouse.engine import fetch, table
from warehouse.periods import is_month

__all__ = ["CannotDecide", "Office", "Recorded", "decide", "quarantined"]

_COMMON = frozenset({"kind", "reason", "who"})


@dataclass(frozen=True)
class Recorded:
    """What came of an entry."""

    number: int
    is_new: bool
    words: str
    months: tuple[str, str]
    """First and last month that it concerns"""


def decide(
    office: Office, entries: Sequence[Entry], who: str, now: dt.datetime, reviewed_in: str | None = None
) -> list[Recorded]:
    """Record what the entries say, within the caller's transaction. Raises CannotDecide.

    What stands already is not recorded again; nor, from a reviewed file, what was withdrawn since it was read.
    """
    told = []
    for place, entry in enumerate(entries, start=1):
        try:
            told.append(_decide(office, entry, who, now, reviewed_in))
        except CannotDecide as error:
            where = f"entry {place} of {reviewed_in}: " if reviewed_in else ""
            raise CannotDecide(f"{where}{error}") from error
    return told


def _decide(office: Office, entry: Entry, who: str, now: dt.datetime, reviewed_in: str | None) -> Recorded:
    kind = str(entry.get("kind"))
    if kind not in _KINDS:
        raise CannotDecide(f"{kind!r} is no kind of decision: write one of {', '.join(_KINDS)}")
    made = _KINDS[kind]
    missing = [name for name in (*made.needed, "reason") if not str(entry.get(name, "")).strip()]
    unknown = sorted(entry.keys() - _COMMON - {*made.needed, *made.optional})
    if missing or unknown:
        given = "; ".join(
            f"{name}: {', '.join(names)}" for name, names in (("missing", missing), ("not known", unknown)) if names
        )
        raise CannotDecide(
            f"{kind} takes {', '.join((*made.needed, 'reason'))}, and may take {', '.join((*made.optional, 'who'))}; "
            f"{given}"
        )
    answers = str(entry.get("who") or who).strip()
    if not answers:
        raise CannotDecide("nobody answers for the decision: say who decides it")
    said = Wanted(office.jurisdiction.id, kind, str(entry["reason"]).strip(), answers, reviewed_in=reviewed_in)
    wanted = made.make(office, entry, said)
    number, is_new = decisions.record(office.connection, wanted, now)
    known = {one.decision_id: one for one in decisions.every(office.connection, office.jurisdiction.id)}
    about = known[int(known[number].withdraws or number)]
    words = known[number].in_words() + (f" of {about.in_words()}" if known[number].withdraws else "")
    return Recorded(number, is_new, words, (str(about.period_first), str(about.period_last)))


def _waive(office: Office, entry: Entry, said: Wanted) -> Wanted:
    rule, contract = _rule(office, str(entry["rule"]), entry.get("table"))
    if not rule.refuses:
        raise CannotDecide(f"{rule.id} is of severity {rule.severity}: it stops nothing, so there is nothing to waive")
    if "waive" not in rule.excused_by:
        raise CannotDecide(
            f"{rule.id} cannot be waived: {_why_not(rule)}"
            + ("; a single row can be released" if "release" in rule.excused_by else "")
        )
    area = str(entry["area"]) if entry.get("area") else None
    if area is not None and rule.kind == "table":
        raise CannotDecide(f"{rule.id} judges the table as a whole: it is waived for all areas or not at all")
    if area is not None and area not in {row["area_code"] for row in office.areas.areas}:
        raise CannotDecide(f"{area!r} is no area of {office.jurisdiction.id}: write a code of its areas.csv")
    first = _month(entry["from"])
    last = _month(entry.get("to") or first)
    until = _day(entry["until"])
    if first > last:
        raise CannotDecide(f"the months run backwards: from {first} to {last}")
    if until < office.today:
        raise CannotDecide(f"the waiver would be over before it begins: until {until}, and today is {office.today}")
    return replace(
        said,
        table_name=contract,
        rule_ids=rule.id,
        area_code=area,
        period_first=first,
        period_last=last,
        expires_on=until,
    )


def _why_not(rule: Rule) -> str:
    if rule.id.endswith((".month_has_rows", ".decisions_hold")):
        return "what is not there cannot be let pass"
    return "nothing is left of its rows that could be counted, or it would be counted in the wrong place"


def _rule(office: Office, rule_id: str, table_name: object) -> tuple[Rule, str]:
    known = [
        (rule, name)
        for name in SOURCE_CONTRACTS
        for rule in rules_of(office.jurisdiction, name)
        if rule.id == rule_id and table_name in (None, name)
    ]
    if not known:
        where = f" of {table_name}" if table_name else ""
        raise CannotDecide(f"there is no rule {rule_id!r}{where}: docs/rules.md and audit.rule list them all")
    return known[0]


def _month(value: object) -> str:
    if not is_month(str(value)):
        raise CannotDecide(f"{value!r} is no month: write for instance 2021-03, in quotes")
    return str(value)


def _day(value: object) -> dt.date:
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        raise CannotDecide(f"{value!r} is no day: write for instance 2026-12-31") from None


def _release(office: Office, entry: Entry, said: Wanted) -> Wanted:
    row = quarantined(office, entry)
    by_id = {rule.id: rule for rule in rules_of(office.jurisdiction, row["source"])}
    broken = [name for name in row["rule_ids"].split() if name in by_id and by_id[name].refuses]
    hopeless = [name for name in broken if "release" not in by_id[name].excused_by]
    if hopeless:
        raise CannotDecide(
            f"line {row['row_number']} of {row['original_name']} breaks {', '.join(hopeless)}: "
            f"{_why_not(by_id[hopeless[0]])}; correct it (povmon decide correct), choose one of its readings "
            "(povmon decide choose), or ask the sender"
        )
    allowed = _texts(entry.get("rules")) or broken
    if left := sorted(set(broken) - set(allowed)):
        raise CannotDecide(
            f"line {row['row_number']} of {row['original_name']} breaks {', '.join(left)} as well: "
            "name all rules that it may break, or leave them out to allow those that it breaks"
        )
    return replace(said, rule_ids=" ".join(sorted(broken)), **_about(row))


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a decision on a quarantined row says of it."""
    month = row["time_period"]
    where = {name: row[name] for name in ("file_id", "row_number", "record_number")}
    return {"table_name": row["source"], "period_first": month, "period_last": month, **where}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [str(one) for one in value] if isinstance(value, Collection) else []


def quarantined(office: Office, entry: Entry) -> dict[str, Any]:
    """The row in quarantine that an entry names by file, line and, where a line has several, record."""
    file = known_file(office, str(entry["file"]))
    rows = table(CONTRACTS["audit.quarantine"])
    of_line = (rows.c.jurisdiction == office.jurisdiction.id, rows.c.file_id == file["file_id"])
    found = fetch(office.connection, sa.select(rows).where(*of_line))
    here = [row for row in found if str(row["row_number"]) == str(entry["line"])]
    if entry.get("record") is not None:
        here = [row for row in here if str(row["record_number"]) == str(entry["record"])]
    if not here:
        lines = sorted({row["row_number"] for row in found})
        shown = ", ".join(map(str, lines[:10])) + (" …" if len(lines) > 10 else "")
        raise CannotDecide(
            f"line {entry['line']} of {file['original_name']} is not in quarantine"
            + (f": there are lines {shown}" if lines else ": no line of the file is")
        )
    if len(here) > 1:
        records = ", ".join(str(row["record_number"]) for row in here)
        raise CannotDecide(
            f"line {entry['line']} of {file['original_name']} holds several records: name one of {records}"
        )
    return here[0]


def _choose(office: Office, entry: Entry, said: Wanted) -> Wanted:
    row = quarantined(office, entry)
    readings = {str(reading["number"]): reading for reading in json.loads(row["readings"] or "[]")}
    chosen = readings.get(str(entry["reading"]))
    where = f"line {row['row_number']} of {row['original_name']}"
    if chosen is None:
        listed = f"it has {', '.join(readings)}" if readings else "no figure of it is garbled or out of bounds"
        raise CannotDecide(f"{where} has no reading {entry['reading']}: {listed} (povmon quarantine show)")
    if chosen["rejected"]:
        raise CannotDecide(f"reading {chosen['number']} of {where} is impossible: {'; '.join(chosen['rejected'])}")
    return replace(said, changes=as_json(chosen["cells"]), **_about(row))


def _withdraw(office: Office, entry: Entry, said: Wanted) -> Wanted:
    known = {str(one.decision_id): one for one in decisions.every(office.connection, office.jurisdiction.id)}
    earlier = known.get(str(entry["decision"]))
    if earlier is None:
        raise CannotDecide(
            f"{office.jurisdiction.id} has no decision {entry['decision']}: povmon decide list shows them"
        )
    if earlier.kind == "withdraw":
        raise CannotDecide(
            f"decision {earlier.decision_id} withdraws another: what it withdrew is decided anew instead"
        )
    return replace(said, withdraws=earlier.decision_id)


@dataclass(frozen=True)
class _Kind:
    """What an entry of a kind must and may say, and what is made of it."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    make: Callable[[Office, Entry, Wanted], Wanted]


_KINDS = {
    "waive": _Kind(("rule", "from", "until"), ("to", "area", "table"), _waive),
    "release": _Kind(("file", "line"), ("record", "rules"), _release),
    "correct": _Kind(("file", "changes"), ("line", "record", "key", "month"), correct),
    "choose": _Kind(("file", "line", "reading"), ("record",), _choose),
    "withdraw": _Kind(("decision",), (), _withdraw),
}
