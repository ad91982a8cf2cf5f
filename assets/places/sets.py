"""Rows of `ref.area_set`: named sets as a place lists them, and the constant boundary of every area
that an event has moved.

How a boundary is followed is `area_boundary`'s business; what the marts make of a set that of `marts.frame`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from assets.places.boundary import WHOLE, Member, boundary
from assets.places.events import History
from warehouse.contracts.area_history import is_national
from warehouse.periods import in_force, is_month, year_after

Area = Mapping[str, str | None]
NAMED, CONSTANT = "named", "constant_boundary"

_EXPECTED = {
    "set_code": "a code of its own: no area's, and not six digits",
    "name": "a name",
    "member_code": "the code of an area",
    "valid_from": "the first month of membership: 1998-01",
    "valid_to": "the last month of membership, not before the first, or nothing while it lasts",
}


class UnusableAreaSet(ValueError):
    """A row of area_sets.csv is not a member of a set; says which, what was found and what is expected."""


def named_sets(rows: Sequence[Mapping[str, str]], areas: Collection[str]) -> list[Area]:
    """Sets from area_sets.csv; areas: the codes that are taken. Raises UnusableAreaSet."""
    for number, row in enumerate(rows, start=2):
        first, last = row["valid_from"], row["valid_to"]
        holds = {
            "set_code": bool(row["set_code"]) and row["set_code"] not in areas and not is_national(row["set_code"]),
            "name": bool(row["name"]),
            "member_code": bool(row["member_code"]),
            "valid_from": is_month(first),
            "valid_to": not last or (is_month(last) and first <= last),
        }
        for column, expected in _EXPECTED.items():
            if not holds[column]:
                found = row[column] or "nothing"
                raise UnusableAreaSet(f"area_sets.csv line {number}: {column} is {found}; expected {expected}")
    return [
        {
            "set_code": row["set_code"],
            "name": row["name"],
            "name_zh": row["name_zh"] or None,
            "kind": NAMED,
            "base_month": None,
            "member_code": row["member_code"],
            "extent": WHOLE,
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"] or None,
            "note": None,
        }
        for row in rows
    ]


def constant_sets(areas: Sequence[Area], history: History) -> list[Area]:
    """A set for every area in force in the edition's month whose boundary an event has moved before."""
    base = [area for area in areas if in_force(area, history.edition)]
    starts = {(area["area_code"], str(area["valid_from"])[:4]): area["valid_from"] for area in areas}
    children: dict[str, list[str]] = {}
    for area in base:
        children.setdefault(str(area["parent_code"]), []).append(str(area["area_code"]))
    ends = {(area["area_code"], year_after(area["valid_to"])): area["valid_to"] for area in areas if area["valid_to"]}
    found: list[Area] = []
    for area in base:
        code = str(area["area_code"])
        members = boundary(history, code) if is_national(code) else []
        rows = [_months(member, starts, ends) for member in members]
        local = {below for below in _below(code, children) if not is_national(below)} if members else ()
        rows += [_local(row) for row in areas if row["area_code"] in local] if local else []
        head = {
            "set_code": f"{code}@{history.edition}",
            "name": f"{area['name']}, boundary of {history.edition}",
            "name_zh": f"{area['name_zh']}({history.edition}边界)" if area["name_zh"] else None,
            "kind": CONSTANT,
            "base_month": history.edition,
        }
        rows.sort(key=lambda row: (str(row["member_code"]), str(row["valid_from"])))
        found += [{**head, **row} for row in rows]
    return found


def _months(
    member: Member,
    starts: Mapping[tuple[str | None, str], str | None],
    ends: Mapping[tuple[str | None, int], str | None],
) -> Area:
    """A member by month: where its code begins or ends, in the month in which the place says that it does."""
    code, since, until = member.spell.code, member.since, member.until
    first = starts.get((code, str(since))) if since == member.spell.since else None
    last = ends.get((code, until)) if until is not None and until == member.spell.until else None
    return {
        "member_code": code,
        "extent": member.lies.extent,
        "valid_from": first or f"{since}-01",
        "valid_to": last or (f"{until - 1}-12" if until is not None else None),
        "note": "; ".join(member.lies.notes) or None,
    }


def _local(row: Area) -> Area:
    """A local code has no event: it lies where the place says, for as long as it is in force."""
    return {
        "member_code": row["area_code"],
        "extent": WHOLE,
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "note": None,
    }


def _below(code: str, children: Mapping[str, Sequence[str]]) -> set[str]:
    return {below for child in children.get(code, ()) for below in (child, *_below(child, children))}
