"""A planted fault or harmless variety in one line of a file, and the place it is planted in.

What kinds there are is `household_faults`, `labour_faults`, `fund_faults`, `varieties` and `file_faults`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from jurisdictions.wuzhong.generator.forms import Form, cell_text, columns_of, layout_of
from jurisdictions.wuzhong.generator.sheets import Sheet

Outcome = Literal["quarantined", "flagged", "accepted", "refused"]
Damage = Literal["extra_cell", "cut", "formula"]


@dataclass(frozen=True)
class Planting:
    """What is done to one line: cells rewritten, a damage to the line itself, or only noted.

    `inserted` adds a line of its own, a copy of `row` with the edits, in the middle of the sheet.
    """

    kind: str
    row: int
    edits: Mapping[str, str] = field(default_factory=dict)
    """head -> text"""
    rules: tuple[str, ...] = ()
    """Ids of all rules that the line breaks, without the table's name."""
    outcome: Outcome = "quarantined"
    inserted: bool = False
    damage: Damage | None = None
    note: str = ""


@dataclass
class Place:
    """One sheet that faults go into, with the rows already used."""

    sheet: Sheet
    form: Form
    random: np.random.Generator
    as_workbook: bool
    is_whole: bool
    """The sheet is all of its file, so that its last row is the file's last."""
    taken: set[int] = field(default_factory=set)

    def head(self, column: str) -> str | None:
        """The head under which the sender writes a contract column, if at all."""
        for head, (written, _) in columns_of(layout_of(self.form.area_code, self.sheet.source)).items():
            if written.name == column:
                return head
        return None

    def can_be_cut(self) -> bool:
        """The file's last line is a plain record that is in this sheet."""
        printed_total = layout_of(self.form.area_code, self.sheet.source).skip_rows
        plain = not (printed_total or self.form.amounts_as_text)
        return plain and self.is_whole and not self.as_workbook

    def written(self, column: str, value: int | str) -> str:
        """A value as the sender writes it in that column."""
        head = self.head(column)
        assert head is not None
        contract_column, written = columns_of(layout_of(self.form.area_code, self.sheet.source))[head]
        return cell_text(value, contract_column, written, self.form)

    def pick(self, wanted: np.ndarray | None = None, among: np.ndarray | None = None) -> int | None:
        """A row not used yet that is `wanted`, in a village that keeps another sound row; else None.

        It is a spare row, where the sheet tells those apart, unless it is to be `among` others.
        """
        free = np.ones(self.sheet.rows, bool) if wanted is None else wanted.copy()
        among = self.sheet.spare if among is None else among
        if among is not None:
            free &= among
        free[list(self.taken)] = False
        groups = self.sheet.groups
        if groups is not None:
            used = np.bincount(groups[list(self.taken)], minlength=groups.max() + 1)
            free &= np.bincount(groups)[groups] - used[groups] >= 2
        rows = np.flatnonzero(free)
        if not len(rows):
            return None
        row = int(self.random.choice(rows))
        self.taken.add(row)
        return row


Kind = Callable[[Place], list[Planting]]
"""Plants in a place; an empty list when the place has no room for it."""

Change = Callable[[Place, int], str]
"""The new text of a cell in a row."""

Wanted = Callable[[Sheet], np.ndarray]
"""Which rows will do."""


def cell(
    kind: str,
    column: str,
    text: str | Change,
    *rules: str,
    wanted: Wanted | None = None,
    outcome: Outcome = "quarantined",
    csv_only: bool = False,
) -> Kind:
    """A kind that rewrites one cell."""

    def plant(place: Place) -> list[Planting]:
        head = place.head(column)
        if head is None or (csv_only and place.as_workbook):
            return []
        row = place.pick(None if wanted is None else wanted(place.sheet))
        if row is None:
            return []
        written = text if isinstance(text, str) else text(place, row)
        return [Planting(kind, row, {head: written}, rules, outcome)]

    return plant


def twice(kind: str, rule: str, wanted: Wanted | None = None) -> Kind:
    """A kind that writes one line twice, so that both break `rule`."""

    def plant(place: Place) -> list[Planting]:
        row = place.pick(None if wanted is None else wanted(place.sheet))
        if row is None:
            return []
        return [Planting(kind, row, {}, (rule,)), Planting(kind, row, {}, (rule,), inserted=True)]

    return plant


def damaged(kind: str, damage: Damage) -> Kind:
    """A kind that breaks the line and not its cells."""

    def plant(place: Place) -> list[Planting]:
        if place.as_workbook != (damage == "formula") or (damage == "cut" and not place.can_be_cut()):
            return []
        if damage == "cut":
            last = np.zeros(place.sheet.rows, bool)
            last[-1] = True
            row = place.pick(last)
        else:
            row = place.pick()
        return [] if row is None else [Planting(kind, row, {}, ("line_intact",), damage=damage)]

    return plant


def previous_month(month: str) -> str:
    """The month before."""
    index = int(month[:4]) * 12 + int(month[5:]) - 2
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def next_month(month: str) -> str:
    """The month after."""
    index = int(month[:4]) * 12 + int(month[5:])
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
