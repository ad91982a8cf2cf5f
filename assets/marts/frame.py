"""What all marts share: reading partitions, who is counted under which code, the contract's order of columns.

A figure is about an area, with all that lies below it, or about a set of areas; its code stands in area_code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from assets.places.areas import PlaceAreas
from assets.places.boundary import ABOVE, COUNTED, FRINGE, MAIN, SPLIT
from assets.places.sets import Area
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS, Contract
from warehouse.memory import connection
from warehouse.periods import closing_month, in_force

Pair = tuple[str, str]
"""(code of the figure, code of the rows)"""

UNJUDGED = {"conf_status": "N", "conf_note": "not judged yet"}
"""What every figure is until the gate has judged it."""


def accepted_rows(parts: Sequence[Path]) -> ibis.Table:
    """The accepted rows of some partitions, lazily."""
    return ibis.duckdb.from_connection(connection()).read_parquet(
        [str(part) for part in parts], hive_partitioning=False
    )


def ancestry(areas: Sequence[Area], root_area: str, month: str) -> list[Pair]:
    """(area, member): every area with itself and all areas below it, in order; the root also when no row names it.

    A code that is not in force stays below what it was below at other times: households that were reported under it
    belong to the sample there, though none of them is accepted.
    """
    parents: dict[str, set[str]] = {}
    now = {area["area_code"] for area in areas if in_force(area, month)}
    for area in areas:
        above_it = parents.setdefault(str(area["area_code"]), set())
        if area["parent_code"] and (in_force(area, month) or area["area_code"] not in now):
            above_it.add(area["parent_code"])

    def above(code: str) -> set[str]:
        return {code}.union(*(above(parent) for parent in parents.get(code, ())))

    return sorted((ancestor, code) for code in {*parents, root_area} for ancestor in above(code))


@dataclass(frozen=True)
class AreaSet:
    """A set in one month: the codes counted, what must be said of every figure, and codes that must not have rows.

    lacking: members that the place does not monitor; divided: no figure can be made.
    """

    code: str
    counted: frozenset[str]
    lacking: tuple[str, ...]
    uncounted: frozenset[str]
    notes: tuple[str, ...]
    divided: bool


@dataclass(frozen=True)
class PeriodAreas:
    """What the figures of one period are about.

    pairs: to compute. twins: set -> area that holds the same rows, whose figures are the set's too. notes: set -> why
    its figures are not A. incomplete: the sets of which members are not monitored here.
    """

    pairs: Sequence[Pair]
    twins: Mapping[str, str]
    notes: Mapping[str, str]
    incomplete: frozenset[str]
    seen: frozenset[str] = frozenset()
    """Codes in force that have rows"""


@dataclass(frozen=True)
class _Month:
    """Areas with what is below them, the codes in force, and the sets of a month."""

    pairs: Sequence[Pair]
    in_force: frozenset[str]
    sets: Sequence[AreaSet]


@dataclass(frozen=True)
class Membership:
    """Who is counted under which code, month by month."""

    places: PlaceAreas
    _months: dict[str, _Month] = field(default_factory=dict, compare=False, repr=False)

    def of(self, period: str, seen: Collection[str]) -> PeriodAreas:
        """For a period in which the codes `seen` have rows, or households that should have reported."""
        month = closing_month(period)
        if month not in self._months:
            self._months[month] = self._of_month(month)
        areas, sets = self._months[month].pairs, self._months[month].sets
        rows = self._months[month].in_force & frozenset(seen)
        made = [one for one in sets if one.counted & rows and not one.divided]
        alike = _areas_by_rows(areas, rows) if made else {}
        twins = {one.code: _twin(one, alike[one.counted & rows]) for one in made if one.counted & rows in alike}
        own = [(one.code, member) for one in made if one.code not in twins for member in sorted(one.counted)]
        return PeriodAreas(
            [*areas, *own],
            twins,
            {one.code: note for one in made if (note := _note(one, rows))},
            frozenset(one.code for one in made if one.lacking),
            rows,
        )

    def everything(self, period: str) -> list[Pair]:
        """(code of the figure, code of the rows) of all areas and sets of a period, whether they have rows or not."""
        month = closing_month(period)
        if month not in self._months:
            self._months[month] = self._of_month(month)
        made = self._months[month]
        return [*made.pairs, *((one.code, member) for one in made.sets for member in sorted(one.counted))]

    def by_period(self, cells: Iterable[tuple[str, str]]) -> dict[str, PeriodAreas]:
        """The same for every period in (period, code)."""
        seen: dict[str, set[str]] = {}
        for period, code in cells:
            seen.setdefault(period, set()).add(code)
        return {period: self.of(period, seen[period]) for period in sorted(seen)}

    def _of_month(self, month: str) -> _Month:
        monitored = frozenset(str(area["area_code"]) for area in self.places.areas if in_force(area, month))
        members: dict[str, list[Area]] = {}
        for row in self.places.sets:
            if in_force(row, month):
                members.setdefault(str(row["set_code"]), []).append(row)
        sets = [_area_set(code, rows, monitored) for code, rows in sorted(members.items())]
        return _Month(ancestry(self.places.areas, self.places.root_area, month), monitored, sets)


def _areas_by_rows(pairs: Iterable[Pair], rows: frozenset[str]) -> dict[frozenset[str], list[str]]:
    """The areas that hold the same codes with rows, the smallest area first."""
    below: dict[str, set[str]] = {}
    for area, member in pairs:
        below.setdefault(area, set()).add(member)
    found: dict[frozenset[str], list[str]] = {}
    for area in sorted(below, key=lambda area: (len(below[area]), area)):
        found.setdefault(rows & below[area], []).append(area)
    return found


def _twin(one: AreaSet, alike: Sequence[str]) -> str:
    """The area of the set's own boundary if it is among those with the same rows, else the smallest."""
    base = one.code.partition("@")[0]
    return base if base in alike else alike[0]


def _area_set(code: str, rows: Sequence[Area], monitored: Collection[str]) -> AreaSet:
    counted = {str(row["member_code"]) for row in rows if row["extent"] in COUNTED}
    partly = [row for row in rows if row["extent"] in (MAIN, FRINGE)]
    return AreaSet(
        code,
        frozenset(counted),
        tuple(sorted(counted - set(monitored))),
        frozenset(str(row["member_code"]) for row in rows if row["extent"] == ABOVE),
        tuple(f"boundary_approximate: {row['member_code']} {row['extent']}, {row['note']}" for row in partly),
        any(row["extent"] == SPLIT for row in rows),
    )


def _note(one: AreaSet, seen: frozenset[str]) -> str | None:
    """What must be said of every figure of a set."""
    notes = list(one.notes)
    if one.lacking:
        whole = len(one.counted)
        notes.insert(0, f"set_incomplete: {len(one.lacking)} of {whole} areas not monitored ({' '.join(one.lacking)})")
    if one.uncounted & seen:
        above = " ".join(sorted(one.uncounted & seen))
        notes.append(f"rows of {above} itself not counted: only a part of it lay inside")
    return "; ".join(notes) or None


def of_lines(lines: ibis.Table, membership: Membership) -> tuple[ibis.Table, dict[str, PeriodAreas]]:
    """(time_period, ancestor_code, member_code) of all that has lines, and what each period's figures are about."""
    found = lines.select("time_period", "area_code").distinct().to_pyarrow().to_pylist()
    seen = {(str(row["time_period"]), str(row["area_code"])) for row in found}
    periods = membership.by_period(seen)
    rows = [
        {"time_period": period, "ancestor_code": code, "member_code": member}
        for period, areas in periods.items()
        for code, member in areas.pairs
        if (period, member) in seen
    ]
    schema = pa.schema([(name, pa.string()) for name in ("time_period", "ancestor_code", "member_code")])
    return ibis.memtable(pa.Table.from_pylist(rows, schema)), periods


def with_parents(lines: ibis.Table, members: ibis.Table) -> ibis.Table:
    """Each line once for its own area, and once for every area above it and every set that it counts for."""
    same = [lines.time_period == members.time_period, lines.area_code == members.member_code]
    joined = lines.join(members, same)
    return joined.mutate(area_code=joined.ancestor_code).select(lines.columns)


def stamped(result: ibis.Table, contract: Contract, release_id: int) -> pa.Table:
    """The result with its release, in the contract's columns, types and order of keys."""
    schema = arrow_schema(contract)
    table = result.mutate(release_id=ibis.literal(release_id, "int64")).to_pyarrow()
    ordered = table.select(schema.names).sort_by([(name, "ascending") for name in contract.key])
    return ordered.cast(pa.schema([field.with_nullable(True) for field in schema]))


def with_sets(name: str, figures: pa.Table, periods: Mapping[str, PeriodAreas]) -> pa.Table:
    """Figures of a mart, those of areas again under the sets that hold the same rows, and what must be said of sets.

    A set of which members are not monitored has no coverage: how many households they have is not known.
    """
    if not any(areas.twins or areas.notes for areas in periods.values()):
        return figures
    copies = [
        _recoded(figures.filter(_about(figures, period, area)), code)
        for period, areas in periods.items()
        for code, area in areas.twins.items()
    ]
    whole = pa.concat_tables([figures, *copies]).combine_chunks()
    for period, areas in periods.items():
        for code, note in areas.notes.items():
            about = _about(whole, period, code)
            whole = noted(whole, about, note)
            if code in areas.incomplete and "coverage" in whole.column_names:
                covered = pc.if_else(about, pa.scalar(None, pa.float64()), whole["coverage"])
                whole = _replaced(whole, "coverage", covered)
    return whole.sort_by([(column, "ascending") for column in MART_CONTRACTS[name].key])


def _about(figures: pa.Table, period: str, code: str) -> pa.ChunkedArray:
    return pc.and_(pc.equal(figures["time_period"], period), pc.equal(figures["area_code"], code))


def _recoded(figures: pa.Table, code: str) -> pa.Table:
    return _replaced(figures, "area_code", pa.repeat(pa.scalar(code), figures.num_rows))


def noted(figures: pa.Table, rows: pa.ChunkedArray, note: str) -> pa.Table:
    """The figures, those of some rows (a mask) marked U with what must be said of them beside what is said already."""
    said = pc.binary_join_element_wise(figures["obs_note"], note, "; ", null_handling="skip")
    figures = _replaced(figures, "obs_note", pc.if_else(rows, said, figures["obs_note"]))
    return _replaced(figures, "obs_status", pc.if_else(rows, "U", figures["obs_status"]))


def _replaced(figures: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    place = figures.column_names.index(name)
    return figures.set_column(place, figures.schema.field(place), values)
