"""The history of area codes as a graph: spells of codes, and which territory went from which to which, year by year.

From it the rows of `ref.area_event`. The history knows years only. A boundary followed through the graph is
`area_boundary`'s business. Method: docs/methods/areas.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Row = Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Spell:
    """A code with one name: in force from January of `since` to December of the year before `until`."""

    code: str
    name_zh: str
    level: str
    since: int
    until: int | None
    successors: tuple[tuple[str, int], ...]
    """Codes to which territory went, with the year"""

    def in_force(self, year: int) -> bool:
        """Whether it is in force in the year."""
        return self.since <= year and (self.until is None or year < self.until)


@dataclass(frozen=True)
class Link:
    """Territory of `source`, in force the year before, lies in `target` from January of the year."""

    year: int
    source: Spell
    target: Spell


@dataclass(frozen=True)
class Event:
    """A row of `ref.area_event`; one of the two is None for what begins or ends without the other."""

    year: int
    kind: str
    source: Spell | None
    target: Spell | None


@dataclass(frozen=True)
class History:
    """An edition of the register of codes."""

    edition: str
    """Its last month"""
    spells: tuple[Spell, ...]

    @cached_property
    def first_year(self) -> int:
        """The year in which the register begins; what stands there then was in force before."""
        return min((spell.since for spell in self.spells), default=0)

    @cached_property
    def by_code(self) -> dict[str, list[Spell]]:
        """Spells of a code in order of time."""
        found: dict[str, list[Spell]] = defaultdict(list)
        for spell in sorted(self.spells, key=lambda spell: spell.since):
            found[spell.code].append(spell)
        return dict(found)

    def spell(self, code: str, year: int) -> Spell | None:
        """The spell of a code in a year."""
        return next((spell for spell in self.by_code.get(code, ()) if spell.in_force(year)), None)

    @cached_property
    def years(self) -> range:
        """The years of the register."""
        return range(self.first_year, int(self.edition[:4]) + 1)

    @cached_property
    def below(self) -> dict[int, dict[str, list[Spell]]]:
        """By year and code, the spells in force below it, however deep."""
        found: dict[int, dict[str, list[Spell]]] = {year: defaultdict(list) for year in self.years}
        for spell in self.spells:
            for year in range(spell.since, min(spell.until or self.years.stop, self.years.stop)):
                for upper in {f"{spell.code[:4]}00", f"{spell.code[:2]}0000"} - {spell.code}:
                    found[year][upper].append(spell)
        return found

    def above(self, code: str, year: int) -> str | None:
        """The code next above in the year: prefecture, else province."""
        candidates = (f"{code[:4]}00", f"{code[:2]}0000")
        return next((upper for upper in candidates if upper != code and self.spell(upper, year)), None)

    def at_level(self, spell: Spell, level: str, year: int) -> Spell | None:
        """The spell itself or the one above it that is of a level."""
        if spell.level == level:
            return spell
        upper = self.above(spell.code, year)
        above = self.spell(upper, year) if upper else None
        return self.at_level(above, level, year) if above else None

    @cached_property
    def links(self) -> dict[int, list[Link]]:
        """What the register states, by year."""
        found: dict[int, list[Link]] = defaultdict(list)
        for source in self.spells:
            for code, year in source.successors:
                target = self.spell(code, year)
                if target is not None:
                    found[year].append(Link(year, source, target))
        return dict(found)

    @cached_property
    def touching(self) -> dict[int, dict[Spell, tuple[Spell, ...]]]:
        """By year, the spells from which territory goes to a spell, or that are such a source themselves."""
        found: dict[int, dict[Spell, dict[Spell, None]]] = defaultdict(lambda: defaultdict(dict))
        for year, links in self.links.items():
            for link in links:
                found[year][link.source][link.source] = None
                found[year][link.target][link.source] = None
        return {year: {spell: tuple(sources) for spell, sources in of_year.items()} for year, of_year in found.items()}


def read_history(rows: Iterable[Row], edition: str) -> History:
    """The history in accepted rows of `core.area_history`; edition: its month."""
    return History(edition, tuple(_spell(row) for row in rows))


def _spell(row: Row) -> Spell:
    until = int(str(row["changed_in"])) if row["changed_in"] else None
    texts = str(row["successors"]).split(";") if row["successors"] else []
    successors = tuple((text[:6], int(text[7:11]) if "[" in text else until or 0) for text in texts)
    return Spell(
        str(row["area_code"]), str(row["name_zh"]), str(row["level"]), int(str(row["valid_from"])), until, successors
    )


def events(history: History) -> list[Event]:
    """Every change of a code, in order of time. Those above counties are seen from what happened to the counties."""
    found = {event: None for level in ("province", "prefecture") for event in _events(history, _lifted(history, level))}
    found |= dict.fromkeys(_events(history, history.links))
    followed = {(event.year, spell) for event in found for spell in (event.source, event.target)}
    for spell in history.spells:
        if spell.since > history.first_year and (spell.since, spell) not in followed:
            found[Event(spell.since, "created", None, spell)] = None
        if spell.until is not None and (spell.until, spell) not in followed:
            found[Event(spell.until, "abolished", spell, None)] = None
    return sorted((event for event in found if event.kind), key=_order)


def _order(event: Event) -> tuple[int, str, str, str]:
    source, target = event.source, event.target
    return event.year, event.kind, source.code if source else "", target.code if target else ""


def _lifted(history: History, level: str) -> dict[int, list[Link]]:
    """The links of counties as links of the areas of a level that they lay in."""
    found: dict[int, dict[Link, None]] = defaultdict(dict)
    for year, links in history.links.items():
        for link in links:
            source = history.at_level(link.source, level, year - 1)
            target = history.at_level(link.target, level, year)
            if source and target and source != target:
                found[year][Link(year, source, target)] = None
    return {year: list(links) for year, links in found.items()}


def _events(history: History, links: Mapping[int, Sequence[Link]]) -> list[Event]:
    found = []
    for year, of_year in links.items():
        after: dict[Spell, list[Spell]] = defaultdict(list)
        before: dict[Spell, list[Spell]] = defaultdict(list)
        for link in of_year:
            after[link.source].append(link.target)
            before[link.target].append(link.source)
        found += [
            Event(year, _kind(history, link, after[link.source], before[link.target]), link.source, link.target)
            for link in of_year
        ]
    return found


def _kind(history: History, link: Link, after: Sequence[Spell], before: Sequence[Spell]) -> str:
    """What happened, told from all that the source became and all that the target was made of; empty for nothing.

    A spell that ends with the same name under the same code has not changed: what is above it has.
    """
    year, source, target = link.year, link.source, link.target
    if source.code == target.code and (len(after) == 1 or _goes_on(source, target)):
        return "" if source.name_zh == target.name_zh else "renamed"
    is_new = target.since == year and history.spell(target.code, year - 1) is None
    if source.in_force(year) or any(_goes_on(source, other) for other in after):
        return "created" if is_new else "transferred"
    if len(after) > 1:
        return "split"
    return "recoded" if is_new and len(before) == 1 else "merged"


def _goes_on(source: Spell, target: Spell) -> bool:
    """Whether a later spell of the code is the same area: a county that is divided may leave its code to a part."""
    return source.code == target.code and (source.name_zh == target.name_zh or source.level != "county")
