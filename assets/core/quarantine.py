"""What goes to quarantine: every refused line as sent, with each rule it broke, what was found and what to do.

Identities are replaced by pseudonyms before anything leaves here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa

from assets.core.readings import readings_of
from assets.core.table_month import TableMonth
from assets.intake.evidence import BEYOND, raw_lines
from assets.intake.heads import is_unnamed
from checks.rule_views import MASKS
from checks.scan import Verdict, as_json
from warehouse.contracts import CODE_LISTS, CONTRACTS, Column, Contract, Rule
from warehouse.layouts import Jurisdiction, Layout
from warehouse.store import pseudonym

_SHORT_NUMBER = re.compile(r"\s*[+-]?[0-9.]{0,9}\s*")
_DAY = re.compile(r"\s*\d{4}([-/.年]\d{1,2}){0,2}[月日]?\s*")
"""What no identity is written as."""

_REFERENCE = re.compile(r"\s*[A-Za-z]{0,3}-?\d{1,9}\s*")
"""What a payee is not written as, but a household may be: the number of a line or project."""

_GRAMMAR = {
    "money": "an amount such as 1234.50, to the cent",
    "integer": "a whole number",
    "number": "a number such as 0.25",
    "date": "a day such as 2024-03-05",
    "period": "a period such as 2024-03, 2024-Q1 or 2024",
    "boolean": "是 or 否, true or false, 1 or 0",
    "code": "a code as it is, not a number in exponents",
}


def quarantine_rows(
    task: TableMonth, rows: pa.Table, verdict: Verdict, settled: Mapping[int, str] | None = None
) -> list[dict[str, object]]:
    """One quarantine row per refused record: every rule, what was found, and the line as sent.

    With `settled` (row -> status) only those records, which decisions have let out.
    """
    refused = sorted(verdict.broken if settled is None else verdict.broken.keys() & settled.keys())
    if not refused:
        return []
    contract, place, key = task.contract, task.jurisdiction, task.home.key()
    some = rows.take(pa.array(refused)).to_pylist()
    by_id = {file.file_id: file for file in task.inputs}
    raw = {
        file.file_id: raw_lines(
            task.home.archive(file.file_id).read_bytes(),
            file.name.rpartition("/")[2],
            file.layout,
            {row["row_number"] for row in some if row["file_id"] == file.file_id},
        )
        for file in task.inputs
        if any(row["file_id"] == file.file_id for row in some)
    }
    entries: list[dict[str, object]] = []
    for ordinal, row in zip(refused, some, strict=True):
        file = by_id[row["file_id"]]
        line = raw[file.file_id].get(row["row_number"], {})
        shown = _without_identities(line, file.layout, place.id, key, row["damage"] is not None)
        entries.append(
            {
                "jurisdiction": place.id,
                "file_id": row["file_id"],
                "original_name": file.name,
                "row_number": row["row_number"],
                "record_number": row["record_number"],
                "source": contract.name,
                "time_period": task.month,
                "rule_ids": " ".join(rule.id for rule in verdict.broken[ordinal]),
                "findings": as_json(
                    [
                        _finding(contract, rule, row, shown, file.layout, verdict.masks[ordinal])
                        for rule in verdict.broken[ordinal]
                    ]
                ),
                "raw_record": as_json({name: _shortened(text) for name, text in shown.items()}),
                "readings": _readings(place, contract, file.layout, row, line, verdict.masks[ordinal]),
                "status": "open" if settled is None else settled[ordinal],
            }
        )
    return entries


def _readings(
    jurisdiction: Jurisdiction,
    contract: Contract,
    layout: Layout,
    row: Mapping[str, object],
    raw: Mapping[str, str | None],
    masks: Mapping[str, int],
) -> str | None:
    """The readings of the figures that do not read or are out of bounds; a damaged line has slipped, and has none."""
    if row["damage"] is not None:
        return None
    in_doubt = masks["unreadable"] | masks["out_of_bounds"]
    found = readings_of(jurisdiction, contract, layout, row, raw, in_doubt)
    return as_json(found) if found else None


def _shortened(text: str | None) -> str | None:
    """A text as sent; one longer than any cell is cut, its whole stays in the archive."""
    return (
        text
        if text is None or len(text) <= 2_000
        else f"{text[:200]}… ({len(text):,} characters, whole in the archive)"
    )


def _without_identities(
    raw: Mapping[str, str | None], layout: Layout, jurisdiction: str, key: bytes, is_damaged: bool
) -> dict[str, str | None]:
    """The line as sent, with a pseudonym in every cell that tells who someone is, or may.

    Shown are the cells of columns that the layout knows and the contract does not hide. In a damaged line, beyond the
    head and under no head, cells may have slipped: there only short numbers, days and words of code lists are shown,
    and where no column tells a household, the numbers of lines and projects.
    """
    contract = CONTRACTS[layout.contract]
    words = _listed_words(layout)
    has_households = bool(layout.identifiers) or any(column.type == "identifier" for column in contract.columns)
    harmless = (_SHORT_NUMBER, _DAY) if has_households else (_SHORT_NUMBER, _DAY, _REFERENCE)
    hiding = set(layout.identifiers) | {
        described.source
        for name, described in layout.fields.items()
        if described.source and contract.column(name).is_hidden
    }

    def hidden(name: str, text: str) -> bool:
        if name in hiding:
            return True
        may_have_slipped = is_damaged or name == BEYOND or is_unnamed(name)
        if not may_have_slipped:
            return not layout.stacked and name not in layout.known_columns()
        return bool(hiding) and text.strip() not in words and not any(kind.fullmatch(text) for kind in harmless)

    return {
        name: pseudonym(key, jurisdiction, text) if text is not None and hidden(name, text) else text
        for name, text in raw.items()
    }


def _listed_words(layout: Layout) -> set[str]:
    """The words that the layout and the code lists of its columns know."""
    lists = {column.code_list for column in CONTRACTS[layout.contract].columns} & CODE_LISTS.keys()
    known = {code for name in lists if name for code in CODE_LISTS[name].codes}
    return known.union(*(described.codes for described in layout.fields.values()))


def _finding(
    contract: Contract,
    rule: Rule,
    row: Mapping[str, object],
    raw: Mapping[str, str | None],
    layout: Layout,
    masks: Mapping[str, int],
) -> dict[str, object]:
    """What one rule found in one row: columns, text as sent, what was expected."""
    suffix = rule.id.rpartition(".")[2]
    mask = {
        "required": "missing",
        "readable": "unreadable",
        "code_known": "unlisted",
        "within_bounds": "out_of_bounds",
    }
    if suffix == "line_intact":
        return {"rule": rule.id, "found": row["damage"], "expected": rule.text, "do": rule.do}
    names = list(rule.columns)
    if suffix in mask:
        assert mask[suffix] in (*MASKS, "unreadable")
        names = [c.name for c in contract.columns if masks[mask[suffix]] & contract.bit(c.name)]
    found = {name: _found(name, row, raw, layout) for name in names}
    limits = [f"{name} {limit}" for name in names if (limit := _limit(contract.column(name), suffix))]
    expected = f"{rule.text}: {'; '.join(limits)}" if limits else rule.text
    return {"rule": rule.id, "found": found, "expected": expected, "do": rule.do}


def _limit(column: Column, suffix: str) -> str | None:
    """What a column takes, in words, where the rule is about that."""
    if suffix == "within_bounds":
        unit = f" {column.unit}" if column.unit not in (None, column.name) else ""
        return f"from {_bound(column.minimum)} to {_bound(column.maximum)}{unit}"
    if suffix == "readable":
        return _GRAMMAR.get(column.type)
    if suffix == "code_known" and column.code_list in CODE_LISTS:
        return f"one of {', '.join(sorted(CODE_LISTS[column.code_list].codes))}"
    return None


def _bound(value: Decimal | None) -> str:
    return "any" if value is None else f"{value:,f}"


def _found(name: str, row: Mapping[str, object], raw: Mapping[str, str | None], layout: Layout) -> object:
    described = layout.fields.get(name)
    if described is not None and described.source is not None and described.source in raw:
        return {"column": described.source, "text": _shortened(raw[described.source])}
    value = row.get(name)
    return value.isoformat() if isinstance(value, dt.date) else value
