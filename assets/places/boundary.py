"""What lay within an area's boundary of a base month, year by year: the members of sets of constant boundary.

A boundary is followed backwards, link by link, over spells of codes. Where the history tells that a part of a code
lay on the other side, but not how much, the member says so; nothing is apportioned. Method: docs/methods/areas.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assets.places.events import History, Spell

WHOLE, MAIN, FRINGE, SPLIT, ABOVE = "whole", "main", "fringe", "split", "above"
COUNTED = frozenset({WHOLE, MAIN})
_OUT = "out"
_LEVELS = ("county", "prefecture", "province")


@dataclass(frozen=True)
class Lies:
    """How far a spell lies in a boundary, and why not wholly."""

    extent: str
    notes: tuple[str, ...] = ()


_OUTSIDE = Lies(_OUT)
State = Mapping[Spell, Lies]


@dataclass(frozen=True)
class Member:
    """A spell in a boundary from January of `since` to December of the year before `until` (None: to this day)."""

    spell: Spell
    lies: Lies
    since: int
    until: int | None


def boundary(history: History, base: str) -> list[Member]:
    """Every spell that lay, wholly or in part, in the boundary that a code has in the last year of the history.

    Empty for a code whose boundary no event has moved: what is reported under it and below it is the whole series.
    """
    last = history.years[-1]
    own = history.spell(base, last)
    if own is None:
        return []
    state: State = dict.fromkeys([own, *history.below[last].get(base, ())], Lies(WHOLE))
    by_year = {}
    for year in reversed(history.years):
        by_year[year] = _with_areas_above(history, own.level, year, state)
        state = _before(history, year, state)
    return _stretches(by_year) if any(_moved(history, base, year, by_year[year]) for year in by_year) else []


def _before(history: History, year: int, state: State) -> State:
    """The state of December before the year, from that of the year."""
    touching = history.touching.get(year, {})
    sources = dict.fromkeys(source for spell in state for source in touching.get(spell, ()))
    if not sources and all(spell.since < year for spell in state):
        return state
    earlier = {spell: lies for spell, lies in state.items() if spell.since < year}
    for source in sources:
        targets = [history.spell(code, year) for code, when in source.successors if when == year]
        lies = _lay(source, [target for target in targets if target], year, state)
        if lies.extent != _OUT:
            earlier[source] = lies
    return earlier


def _lay(source: Spell, targets: Sequence[Spell], year: int, state: State) -> Lies:
    """How far a spell lay inside before the year, told from where its territory lies after."""
    where = {target: state.get(target, _OUTSIDE) for target in targets}
    extents = {lies.extent for lies in where.values()}
    if source.in_force(year):
        return _body(source, where, year, state)
    notes = tuple(dict.fromkeys(note for lies in where.values() for note in lies.notes))
    if len(extents) == 1:
        return Lies(extents.pop(), notes)
    if extents <= COUNTED:
        return Lies(MAIN, notes)
    if extents <= {FRINGE, _OUT}:
        return Lies(FRINGE, notes)
    return Lies(SPLIT, (f"divided in {year} among {_codes(targets)}",))


def _body(source: Spell, where: Mapping[Spell, Lies], year: int, state: State) -> Lies:
    """The same for a spell that stays in force: it lies where it lay, but for the parts that went elsewhere."""
    body = state.get(source, _OUTSIDE)
    alike = {WHOLE} if body.extent in COUNTED else {_OUT}
    others = [target for target, lies in where.items() if lies.extent not in alike]
    if body.extent == SPLIT or not others:
        return body
    note = f"a part went to {_codes(others)} in {year}"
    return Lies(MAIN if body.extent in COUNTED else FRINGE, tuple(dict.fromkeys((note, *body.notes))))


def _codes(spells: Iterable[Spell]) -> str:
    return ", ".join(sorted(spell.code for spell in spells))


def _with_areas_above(history: History, level: str, year: int, state: State) -> State:
    """The state with areas that have others below them: inside when all of these are, else never counted.

    Areas of a higher level than the base's own are none of its business.
    """
    below = history.below[year]
    uppers = {history.above(spell.code, year) for spell in state} | {spell.code for spell in state}
    judged = dict(state)
    for code in uppers:
        own = history.spell(code, year) if code and below.get(code) else None
        if own is None:
            continue
        lies = state.get(own, _OUTSIDE)
        parts = [spell for spell in below[own.code] if not below.get(spell.code)]
        inside = [spell for spell in parts if state.get(spell, _OUTSIDE).extent in COUNTED]
        is_higher = _LEVELS.index(own.level) > _LEVELS.index(level)
        if len(inside) == len(parts) and not is_higher:
            judged[own] = lies if lies.extent == MAIN else Lies(WHOLE)
        elif lies.extent != FRINGE:
            judged.pop(own, None)
            if inside and not is_higher:
                judged[own] = Lies(ABOVE, (f"{len(inside)} of the {len(parts)} areas below it lay inside",))
    return judged


def _moved(history: History, base: str, year: int, state: State) -> bool:
    """Whether the boundary holds something else in a year than what was reported under the code and below it."""
    own = history.spell(base, year)
    reported = {own, *history.below[year].get(base, ())} if own else set()
    return reported != set(state) or any(lies.extent != WHOLE for lies in state.values())


def _stretches(by_year: Mapping[int, State]) -> list[Member]:
    """Years in which a spell lies the same way, put together."""
    members: dict[Spell, list[Member]] = {}
    for year in sorted(by_year):
        for spell, lies in by_year[year].items():
            known = members.setdefault(spell, [])
            if known and known[-1].until == year and known[-1].lies == lies:
                known[-1] = Member(spell, lies, known[-1].since, year + 1)
            else:
                known.append(Member(spell, lies, year, year + 1))
    last = max(by_year) + 1
    return [
        Member(spell, member.lies, member.since, None if member.until == last else member.until)
        for spell, stretches in members.items()
        for member in stretches
    ]
