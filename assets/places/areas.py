"""Areas of a place over time: its own table joined with the history of codes; events; sets.

Pure: rows in, rows out. What is counted under which code in a period is `marts.frame`'s business.
Method: docs/methods/areas.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from assets.places.events import Event, History, Spell, events
from assets.places.sets import Area, constant_sets, named_sets
from warehouse.contracts.area_history import is_national
from warehouse.periods import in_force, year_after

_NEVER = 10_000
_SET_FACTS = ("set_code", "kind", "member_code", "extent", "note")


@dataclass(frozen=True)
class PlaceAreas:
    """Rows of ref.area, ref.area_event and ref.area_set of a place, without its name."""

    root_area: str
    areas: Sequence[Area]
    events: Sequence[Area] = ()
    sets: Sequence[Area] = ()
    _hashes: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def hash_of(self, month: str) -> str:
        """SHA-256 of all that the judgement and the figures of a month depend on here."""
        if month not in self._hashes:
            ever = sorted({str(area["area_code"]) for area in self.areas})
            now = [[area["area_code"], area["parent_code"]] for area in self.areas if in_force(area, month)]
            sets = [[row[fact] for fact in _SET_FACTS] for row in self.sets if in_force(row, month)]
            content = json.dumps([self.root_area, ever, sorted(now, key=str), sorted(sets, key=str)])
            self._hashes[month] = hashlib.sha256(content.encode()).hexdigest()
        return self._hashes[month]


def place_areas(
    root_area: str, own: Sequence[Area], named: Sequence[Mapping[str, str]], history: History | None
) -> PlaceAreas:
    """What areas.csv and area_sets.csv of a place say, with the history as far as it concerns the place.

    Raises UnusableAreaSet.
    """
    areas = _areas(root_area, own, history) if history else own
    codes = {str(area["area_code"]) for area in areas}
    sets = named_sets(named, codes)
    if history is None:
        return PlaceAreas(root_area, areas, (), sets)
    starts = {(area["area_code"], str(area["valid_from"])[:4]): area["valid_from"] for area in areas}
    happened = [
        _event_row(event, starts)
        for event in events(history)
        if any(spell and spell.code in codes for spell in (event.source, event.target))
    ]
    return PlaceAreas(root_area, areas, happened, [*sets, *constant_sets(areas, history)])


def _areas(root_area: str, own: Sequence[Area], history: History) -> list[Area]:
    """Rows of ref.area: the years are the history's where it knows the code; months and names are the place's."""
    by_code: dict[str, list[Area]] = {}
    for area in own:
        by_code.setdefault(str(area["area_code"]), []).append(area)
    found = [area for area in own if area["area_code"] not in history.by_code]
    for code, spells in history.by_code.items():
        if code in by_code or _is_below(code, by_code, root_area):
            for since, until in _stretches(spells):
                stated = [row for row in by_code.get(code, ()) if _meets(row, since, until)]
                inside = [spell for spell in spells if since <= spell.since < (until or _NEVER)]
                found += (
                    _within(stated, since, until, history)
                    if stated
                    else [_area_row(spell, root_area, history) for spell in inside]
                )
    return sorted(found, key=lambda area: (str(area["area_code"]), str(area["valid_from"])))


def _is_below(code: str, places: Collection[str], root_area: str) -> bool:
    """Whether a code of the history lies in an area that the place has; a root that is no such code has all."""
    return not is_national(root_area) or f"{code[:4]}00" in places or f"{code[:2]}0000" in places


def _stretches(spells: Sequence[Spell]) -> list[tuple[int, int | None]]:
    """(first year, year after the last) in which a code was in force; a new name does not end a stretch."""
    found: list[tuple[int, int | None]] = []
    for spell in spells:
        if found and found[-1][1] == spell.since:
            found[-1] = (found[-1][0], spell.until)
        else:
            found.append((spell.since, spell.until))
    return found


def _meets(row: Area, since: int, until: int | None) -> bool:
    starts, ends = f"{since}-01", f"{(until or _NEVER) - 1}-12"
    return (row["valid_from"] or "") <= ends and starts <= (row["valid_to"] or ends)


def _within(rows: Sequence[Area], since: int, until: int | None, history: History) -> list[Area]:
    """Rows of areas.csv for one stretch of the history: its years, and of these the months that the rows tell.

    The first year of the history says no more than that the code was in force by then.
    """
    ordered = [dict(row) for row in sorted(rows, key=lambda row: str(row["valid_from"]))]
    first, last = ordered[0], ordered[-1]
    start, end = str(first["valid_from"]), last["valid_to"]
    if start[:4] != str(since) and not (since == history.first_year and start < f"{since}-01"):
        first["valid_from"] = f"{since}-01"
    if until is None:
        last["valid_to"] = None
    elif end is None or year_after(end) != until:
        last["valid_to"] = f"{until - 1}-12"
    return list(ordered)


def _area_row(spell: Spell, root_area: str, history: History) -> Area:
    above = history.above(spell.code, spell.since)
    return {
        "area_code": spell.code,
        "name": spell.name_zh,
        "name_zh": spell.name_zh,
        "level": spell.level,
        "parent_code": above or (None if is_national(root_area) else root_area),
        "valid_from": f"{spell.since}-01",
        "valid_to": f"{spell.until - 1}-12" if spell.until else None,
    }


def _event_row(event: Event, starts: Mapping[tuple[str | None, str], str | None]) -> Area:
    """A change, in the month in which the place says that the new code begins, else in January."""
    source, target = event.source, event.target
    begins = starts.get((target.code, str(event.year))) if target and target.since == event.year else None
    return {
        "effective_month": begins or f"{event.year}-01",
        "kind": event.kind,
        "from_code": source.code if source else None,
        "from_name_zh": source.name_zh if source else None,
        "to_code": target.code if target else None,
        "to_name_zh": target.name_zh if target else None,
    }
