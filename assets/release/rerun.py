"""The figures of a month made again from the inputs of an earlier release, with single inputs swapped for new ones.

Old files come from the archive through the manifest of their release; partitions of the warehouse are only read.
What is done with the figures is `assets.release.revision`'s. Method: docs/methods/revisions.md.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.month import sort_month
from assets.core.table_month import TableMonth
from assets.intake.inputs import InputFile
from assets.intake.refusal import Refusal
from assets.marts import prices
from assets.marts.family import Family
from assets.reference import NoReference, Reference
from assets.release.revision import TOLERANCE, States, long_figures
from assets.rules import rules_of
from checks.decisions import Decisions
from warehouse.contracts import HOUSEHOLD_INCOME, SOURCE_CONTRACTS
from warehouse.contracts.codes.releases import BOUNDARY, DATA, DEFLATOR, LINE, WEIGHTS
from warehouse.contracts.figures import QUANTITIES
from warehouse.layouts import Jurisdiction
from warehouse.memory import in_memory
from warehouse.store import ROW_GROUP, Home, write_parquet
from warehouse.version import code_version

_SURVEY = HOUSEHOLD_INCOME.name
_SAME_HOUSEHOLD = ("time_period", "household_id")
_PLACE_IN_FILES = ("file_id", "row_number")


Content = Mapping[str, object]
"""What a manifest says of a month"""
Compute = Callable[[Home, Reference, str, Family], Mapping[str, pa.Table]]
"""(partitions, reference tables, month, family) -> mart -> rows"""


def told(family: Family) -> list[str]:
    """Its marts whose revisions are told, without their schema."""
    return [name for name in (mart.partition(".")[2] for mart in family.marts) if name in QUANTITIES]


class NotAttributable(LookupError):
    """The inputs of the revised release cannot be had any more; the message says which."""


@dataclass(frozen=True)
class Elsewhere(Home):
    """A home whose partitions are in another folder."""

    folder: Path = field(kw_only=True)

    @property
    def parquet(self) -> Path:
        """Root of the partitions."""
        return self.folder


@contextmanager
def scratch(home: Home) -> Iterator[Path]:
    """A folder for partitions that are made again; empty before and gone after."""
    folder = home.root / "private" / "rerun"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class MonthInputs:
    """One month's inputs at two releases, and what is needed to compute with a mixture of them."""

    home: Home
    jurisdiction: Jurisdiction
    month: str
    old: Content
    new: Content
    present: Reference
    compute: Compute
    last_months: Mapping[tuple[str, str], str]
    """(file_id, name) -> the last month that any of a file's rows can be about"""
    folder: Path
    """Where partitions that are made again may lie"""
    decisions: Decisions = field(default_factory=Decisions)
    """Every decision of the place, whether it holds still or not"""

    @cached_property
    def past(self) -> Reference:
        """Reference tables of the old release. Raises NotAttributable."""
        digest = self.old.get("snapshot")
        if digest is None:
            raise NotAttributable("that release kept no reference tables")
        try:
            return Reference.archived(self.home, str(digest))
        except NoReference as error:
            raise NotAttributable(str(error)) from error

    def states(self, family: Family, before: pa.Table, after: pa.Table) -> States:
        """The figures of a family under every state that its causes are read from. Raises NotAttributable."""
        swapped = [name for name in family.causes if name in self._differing(family)]
        if moved := self._moved_judgements(family):
            raise NotAttributable(f"rules that refuse rows of {family.name} look at {', '.join(moved)}, which changed")
        is_code_new = (
            self.old["code_version"] != code_version() or self.past.income_source != self.present.income_source
        )
        if not swapped and not is_code_new:
            raise NotAttributable("no input of it differs")
        baseline = before
        if is_code_new:
            baseline = self._figures(family, swapped, frozenset()) if swapped else after
        alone = {
            name: after if len(swapped) == 1 else self._figures(family, swapped, frozenset([name])) for name in swapped
        }
        return States(before, after, baseline, alone)

    def _differing(self, family: Family) -> set[str]:
        """The inputs that differ, of those that can move a family."""
        found = {BOUNDARY} if self._is_boundary_new else set()
        if LINE in family.causes:
            found |= self._prices_differing
        own = dict.fromkeys((*family.sources, *family.looks_back))
        changed = [source for source in own if self._changed_files(source)]
        changed += [source for source in family.looks_back if self._changed_before(source)]
        changed += self._seen_otherwise(family.looks_at)
        if _SURVEY in changed:
            found |= self._rows_differing
        return found | ({DATA} if set(changed) - {_SURVEY} else set())

    @cached_property
    def _is_boundary_new(self) -> bool:
        """Areas or sets of the month differ."""
        root = self.jurisdiction.root_area
        past, present = (tables.boundary(root).hash_of(self.month) for tables in (self.past, self.present))
        return past != present

    def _moved_judgements(self, family: Family) -> list[str]:
        """Changed tables that a refusing rule looks at: rows are judged anew by what stands there now."""
        rules = [rule for source in family.sources for rule in rules_of(self.jurisdiction, source)]
        looked_at = {name for rule in rules if rule.refuses for name in rule.looks_at}
        return self._seen_otherwise(looked_at)

    def _seen_otherwise(self, tables: Iterable[str]) -> list[str]:
        """Tables of which files for periods that had begun differ."""
        old, new = (content.get("seen", {}) for content in (self.old, self.new))
        return sorted(name for name in tables if old.get(name) != new.get(name))  # type: ignore[attr-defined]

    def _changed_files(self, source: str) -> bool:
        """Its files differ, or what is decided on them."""
        decided = (_decided(content, source) for content in (self.old, self.new))
        return self._entries(self.old, source) != self._entries(self.new, source) or next(decided) != next(decided)

    def _changed_before(self, source: str) -> bool:
        """Files of the months before differ."""
        old, new = (content.get("earlier", {}) for content in (self.old, self.new))
        return old.get(source) != new.get(source)  # type: ignore[attr-defined]

    def _entries(self, content: Content, source: str) -> list[list[str]]:
        files: list[list[str]] = content["files"]  # type: ignore[assignment]
        return [list(entry) for entry in files if entry[0] == source]

    @cached_property
    def _prices_differing(self) -> set[str]:
        """Which of line and deflator move a line of the month."""
        carried = {
            (is_line_new, is_deflator_new): _carried(
                self.jurisdiction, self.month, _mixed(self.past, self.present, is_line_new, is_deflator_new)
            )
            for is_line_new in (False, True)
            for is_deflator_new in (False, True)
        }

        def same(one: tuple[bool, bool], other: tuple[bool, bool]) -> bool:
            amounts = [carried[one], carried[other]]
            return amounts[0].keys() == amounts[1].keys() and all(
                abs(amount - amounts[1][line]) <= TOLERANCE * amount for line, amount in amounts[0].items()
            )

        line = not (same((False, False), (True, False)) and same((False, True), (True, True)))
        deflator = not (same((False, False), (False, True)) and same((True, False), (True, True)))
        return ({LINE} if line else set()) | ({DEFLATOR} if deflator else set())

    @cached_property
    def _rows_differing(self) -> set[str]:
        """Which of data and weights differ in the households of the files that changed."""
        old, new = self._entries(self.old, _SURVEY), self._entries(self.new, _SURVEY)
        if _decided(self.old, _SURVEY) != _decided(self.new, _SURVEY):
            return {DATA}
        replaced = [entry for entry in old if entry not in new]
        made = self._made(_SURVEY, self.old, replaced, self.present, "old-of-changed")
        stored = self.home.partition(_SURVEY, self.jurisdiction.id, self.month)
        came = [file_id for _, _, _, file_id, *_ in (entry for entry in new if entry not in old)]
        if made is None or not came or not stored.exists():
            return {DATA}
        before = pq.read_table(made, partitioning=None)
        after = pq.read_table(stored, partitioning=None, filters=[("file_id", "in", came)])
        return _difference(before, after) or {DATA}

    def _figures(self, family: Family, differing: Sequence[str], new: frozenset[str]) -> pa.Table:
        """The family's figures with the named inputs new and the others old."""
        if family.looks_back:
            raise NotAttributable(f"figures of {family.name} look back, and earlier months are not made again")
        home = Elsewhere(self.home.root, folder=self.folder / "-".join([family.name, *sorted(new)]))
        for source in family.sources:
            rows = self._rows(source, DATA in new, BOUNDARY in new)
            if source == _SURVEY and WEIGHTS in differing and (WEIGHTS in new) != (DATA in new):
                others = self._rows(source, DATA not in new, BOUNDARY in new)
                rows = _reweighted(rows, others, self.folder / f"{'-'.join(['reweighted', *sorted(new)])}.parquet")
            if rows is not None:
                place = home.partition(source, self.jurisdiction.id, self.month)
                place.parent.mkdir(parents=True)
                os.symlink(rows.resolve(), place)
        reference = _mixed(self.past, self.present, LINE in new, DEFLATOR in new, BOUNDARY in new)
        made = self.compute(home, reference, self.month, family)
        return long_figures({table: made[f"mart.{table}"] for table in told(family) if f"mart.{table}" in made})

    def _rows(self, source: str, is_data_new: bool, is_boundary_new: bool) -> Path | None:
        """The accepted rows of a source table, from old or new files, judged by old or new areas."""
        is_data_new = is_data_new or not self._changed_files(source)
        is_boundary_new = is_boundary_new or not self._is_boundary_new
        if is_data_new and is_boundary_new:
            stored = self.home.partition(source, self.jurisdiction.id, self.month)
            return stored if stored.exists() else None
        content = self.new if is_data_new else self.old
        name = f"{source}-{'new' if is_data_new else 'old'}-{'new' if is_boundary_new else 'old'}"
        reference = self.present if is_boundary_new else self.past
        return self._made(source, content, self._entries(content, source), reference, name)

    def _made(
        self, source: str, content: Content, entries: Sequence[Sequence[str]], reference: Reference, name: str
    ) -> Path | None:
        """Rows of some files made again under their decisions; None when none is accepted. Raises NotAttributable."""
        target = self.folder / f"{name}.parquet"
        if target.exists():
            return target
        files = [self._input(entry) for entry in entries]
        contract = SOURCE_CONTRACTS[source]
        try:
            decisions = self.decisions.numbered(_decided(content, source))
            made = sort_month(
                TableMonth(self.home, self.jurisdiction, reference.areas, contract, self.month, files, decisions)
            )
        except Refusal as refusal:
            raise NotAttributable(f"a file of it does not read any more: {refusal}") from refusal
        accepted = made.accepted
        if accepted.num_rows:
            write_parquet(target, accepted.schema, accepted.pieces(ROW_GROUP))
        return target if accepted.num_rows else None

    def _input(self, entry: Sequence[str]) -> InputFile:
        """The archived file of a manifest entry: table, layout, name, file_id, companions, series."""
        _, layout_id, name, file_id, companions, series = entry
        layout = next((layout for layout in self.jurisdiction.layouts if layout.id == layout_id), None)
        if layout is None:
            raise NotAttributable(f"there is no layout {layout_id} any more, by which {name} was read")
        roles = json.loads(companions)
        missing = [kept for kept in (file_id, *roles.values()) if not self.home.archive(kept).exists()]
        if missing:
            raise NotAttributable(f"the archive has no {missing[0][:12]}…, which {name} was")
        last_month = self.last_months.get((file_id, name))
        if last_month is None:
            raise NotAttributable(f"the register does not know {name} with the bytes {file_id[:12]}… any more")
        return InputFile(file_id, name, layout, roles, tuple(series.split()), last_month)


def _decided(content: Content, source: str) -> list[list[object]]:
    """What a manifest lists of decisions on a source table."""
    listed: list[list[object]] = content["decisions"]  # type: ignore[assignment]
    return [list(one) for one in listed if one[0] == source]


def _mixed(
    past: Reference, present: Reference, is_line_new: bool, is_deflator_new: bool, is_boundary_new: bool = True
) -> Reference:
    """Reference tables of two releases; the classification of income sources counts as code and is the present one."""
    return Reference(
        areas=(present if is_boundary_new else past).areas,
        area_sets=(present if is_boundary_new else past).area_sets,
        income_source=present.income_source,
        poverty_line=(present if is_line_new else past).poverty_line,
        price_links=(present if is_deflator_new else past).price_links,
    )


def _carried(jurisdiction: Jurisdiction, month: str, reference: Reference) -> dict[tuple[str, str, str], float]:
    """(line, boundary, period) -> amount in prices of the period."""
    try:
        lines = prices.poverty_lines(reference.poverty_line, jurisdiction.currency)
    except prices.UnusableLine as error:
        raise NotAttributable(f"its poverty lines do not read any more: {error}") from error
    levels = prices.price_levels(reference.price_links, lines)
    boundary = {line.line_id: line.boundary for line in lines}
    return {
        (line, boundary[line], period): amount for line, period, amount in prices.lines_of_month(lines, month, levels)
    }


def _difference(old: pa.Table, new: pa.Table) -> set[str]:
    """DATA when rows differ in more than weights and their place in files, WEIGHTS when a household's weight does."""
    with in_memory() as engine:
        engine.register("old", old)
        engine.register("new", new)
        columns = f"SELECT * EXCLUDE (weight, {', '.join(_PLACE_IN_FILES)}) FROM"
        rows = " UNION ALL ".join(f"({columns} {one} EXCEPT {columns} {other})" for one, other in _BOTH_WAYS)
        weights = f"SELECT 1 FROM old o JOIN new n USING ({', '.join(_SAME_HOUSEHOLD)}) WHERE o.weight <> n.weight"
        found = {DATA: rows, WEIGHTS: weights}
        return {name for name, query in found.items() if engine.execute(f"{query} LIMIT 1").fetchone()}


_BOTH_WAYS = (("old", "new"), ("new", "old"))


def _reweighted(rows: Path | None, others: Path | None, target: Path) -> Path | None:
    """The rows, households that are also among the others having the weight they have there."""
    if rows is None or others is None:
        return rows
    if target.exists():
        return target
    table = pq.read_table(rows, partitioning=None)
    with in_memory() as engine:
        engine.register("households", table.select(_SAME_HOUSEHOLD).append_column("own", table["weight"]))
        engine.register("others", pq.read_table(others, columns=[*_SAME_HOUSEHOLD, "weight"], partitioning=None))
        weight = engine.sql(
            f"""SELECT coalesce(o.weight, h.own) AS weight
                FROM (SELECT *, row_number() OVER () AS place FROM households) h
                LEFT JOIN others o USING ({", ".join(_SAME_HOUSEHOLD)}) ORDER BY place"""
        ).to_arrow_table()["weight"]
    column = table.schema.get_field_index("weight")
    reweighted = table.set_column(column, table.schema.field(column), weight.cast(table.schema.field(column).type))
    pieces = (reweighted.slice(start, ROW_GROUP) for start in range(0, reweighted.num_rows, ROW_GROUP))
    write_parquet(target, reweighted.schema, pieces)
    return target
