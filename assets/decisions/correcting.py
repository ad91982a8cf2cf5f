"""The door for corrections of a sender's error: the record is there and holds what is expected, and what it becomes
reads as its column does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.core.decided import Corrections, as_record
from assets.decisions.office import CannotDecide, Entry, Office, known_file
from assets.intake import registry
from assets.intake.inputs import InputFile, read_input
from assets.intake.records import periods_of
from checks import decisions
from checks.decisions import Decision, Wanted
from checks.scan import as_json
from warehouse.contracts import CODE_LISTS, SOURCE_CONTRACTS, Contract
from warehouse.layouts import Layout
from warehouse.parsing import parse
from warehouse.store import pseudonyms

_OWN = ("jurisdiction", "file_id", "row_number", "freq", "time_period")
"""Columns that are not the sender's to err in, or that say to which month a record belongs."""


def correct(office: Office, entry: Entry, said: Wanted) -> Wanted:
    """The correction that an entry describes. Raises CannotDecide."""
    file = known_file(office, str(entry["file"]))
    layout = next(one for one in office.jurisdiction.layouts if one.id == file["layout"])
    contract = SOURCE_CONTRACTS[layout.contract]
    month = _month(file, entry)
    changes = _changes(contract, layout, entry["changes"])
    if (entry.get("line") is None) == (entry.get("key") is None):
        raise CannotDecide("a correction finds its record either by line or by key: give one of the two")
    wanted = replace(
        said,
        table_name=contract.name,
        period_first=month,
        period_last=month,
        layout=layout.id,
        row_number=_number(entry, "line"),
        record_number=_number(entry, "record"),
        record_key=_key(office, contract, entry["key"]) if entry.get("key") is not None else None,
        changes=as_json(changes),
    )
    if not decisions.stands(office.connection, wanted):
        _try(office, wanted, month)
    return wanted


def _month(file: registry.Row, entry: Entry) -> str:
    months = str(file["months"] or "").split()
    if entry.get("month") is not None:
        if str(entry["month"]) not in months:
            raise CannotDecide(f"{file['original_name']} is for {', '.join(months)}, not for {entry['month']}")
        return str(entry["month"])
    if len(months) != 1:
        raise CannotDecide(f"{file['original_name']} is for {', '.join(months)}: name the month of the record")
    return months[0]


def _number(entry: Entry, name: str) -> int | None:
    value = entry.get(name)
    if value is None:
        return None
    if not str(value).isdecimal() or int(value) < 1:
        raise CannotDecide(f"{name} {value!r} is no number of a {name}: write for instance 17")
    return int(value)


def _changes(contract: Contract, layout: Layout, given: object) -> dict[str, list[str | None]]:
    """column -> [before, after], each as the sender writes it."""
    if not isinstance(given, Mapping) or not given:
        raise CannotDecide(
            "changes say for each column what is expected before and what it becomes: persons: ['12', '21']"
        )
    return {str(name): _change(contract, layout, str(name), pair) for name, pair in given.items()}


def _change(contract: Contract, layout: Layout, name: str, pair: object) -> list[str | None]:
    known = {column.name: column for column in contract.columns if column.name not in _OWN}
    if name not in known:
        raise CannotDecide(f"{name!r} cannot be corrected in {contract.name}: its columns are {', '.join(known)}")
    column = known[name]
    if column.is_hidden:
        raise CannotDecide(f"{name} tells who someone is and would stand in the ledger: ask the sender to correct it")
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(v, (str, type(None))) for v in pair):
        raise CannotDecide(f"{name}: give the text before and the text after, in quotes, as the sender writes it")
    before, after = (None if text is None or not text.strip() else text.strip() for text in pair)
    if before == after:
        raise CannotDecide(f"{name}: before and after are the same, {before!r}")
    described, text = layout.fields.get(name), pa.array([as_record(layout, name, after)], pa.string())
    read = parse(text, column, described.unit, described.rounded) if described else parse(text, column)
    if read.unreadable.any():
        raise CannotDecide(f"{name}: {after!r} does not read as {column.type}")
    codes = CODE_LISTS[column.code_list].codes if column.code_list in CODE_LISTS else {}
    if codes and after is not None and read.values[0].as_py() not in codes:
        words = described.codes if described and described.codes else codes
        raise CannotDecide(f"{name}: {after!r} is none of {', '.join(words)}")
    if after is None and not column.nullable:
        raise CannotDecide(f"{name} must be filled: a correction cannot leave it blank")
    return [before, after]


def _key(office: Office, contract: Contract, given: object) -> str:
    """Columns and values that find the record, identifiers as pseudonyms."""
    if not isinstance(given, Mapping) or not given:
        raise CannotDecide("the key says which record: household_id: 'H-17'")
    key: dict[str, str] = {}
    for name, value in given.items():
        column = next((column for column in contract.columns if column.name == name), None)
        if column is None or column.may_identify:
            raise CannotDecide(f"{name!r} is no column of {contract.name} by which a record may be found")
        text = pa.array([str(value).strip()], pa.string())
        if column.type == "identifier":
            text = pseudonyms(office.home.key(), office.jurisdiction.id, parse(text, column).values)
        key[name] = str(text[0].as_py())
    return as_json(dict(sorted(key.items())))


def _try(office: Office, wanted: Wanted, month: str) -> None:
    """Whether just one record of the month is as the correction expects."""
    tried = Decision(**{name: getattr(wanted, name) for name in Wanted.__dataclass_fields__})
    corrections = Corrections([tried], office.jurisdiction.id, office.home.key())
    standing = registry.inputs(office.connection, office.jurisdiction).get((str(wanted.table_name), month), [])
    for file in standing:
        if file.row["layout"] == wanted.layout:
            _applied(office, corrections, registry.as_input(office.jurisdiction, file), month)
    for problem in corrections.problems().values():
        raise CannotDecide(problem.partition(": when the sender")[0])


def _applied(office: Office, corrections: Corrections, file: InputFile, month: str) -> None:
    records = read_input(office.home, file)
    kept = periods_of(records, file.last_month).mask(month)
    kept &= np.asarray(pc.is_in(records.series, value_set=pa.array(file.series, pa.string())))
    mask, numbers = pa.array(kept), np.arange(1, len(records) + 1)[kept]
    corrections.applied(records, records.columns.filter(mask), records.row_number.filter(mask), numbers)
