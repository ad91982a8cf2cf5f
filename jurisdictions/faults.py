"""What makes a place unusable, found when it is loaded and not when its first file has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from warehouse.contracts import SOURCE_CONTRACTS, Contract
from warehouse.layouts import Jurisdiction, Layout

AREA_COLUMNS = ("area_code", "name", "name_zh", "level", "parent_code", "valid_from", "valid_to")
_BESIDE = frozenset({"jurisdiction", "freq", "file_id", "row_number"})
"""Columns that no file needs to have"""


def faults_of(place: Jurisdiction, name: str, areas: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What is wrong with a place whose folder has that name, a line each; `areas` are the rows of its areas.csv."""
    if place.id != name:
        yield f"JURISDICTION has the id {place.id!r}; expected {name!r}, the name of its folder"
    for table in sorted((place.rules.keys() | place.due_days.keys()) - SOURCE_CONTRACTS.keys()):
        yield f"rules or due_days name {table}; expected a table that files feed: {', '.join(SOURCE_CONTRACTS)}"
    yield from _of_areas(place, areas)
    for layout_id, count in Counter(layout.id for layout in place.layouts).items():
        if count > 1:
            yield f"{count} layouts have the id {layout_id!r}; expected one"
    for layout in place.layouts:
        yield from (f"layout {layout.id}: {fault}" for fault in _of_layout(layout))


def _of_areas(place: Jurisdiction, areas: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if lacking := [column for column in AREA_COLUMNS if not areas or column not in areas[0]]:
        yield f"areas.csv lacks {', '.join(lacking)}; expected a row for each area with {', '.join(AREA_COLUMNS)}"
        return
    codes = {area["area_code"] for area in areas}
    if place.root_area not in codes:
        yield f"root_area is {place.root_area!r}; expected an area_code of areas.csv"
    for layout in place.layouts:
        if layout.owed and layout.area_code not in codes:
            yield f"layout {layout.id}: it is owed by {layout.area_code!r}; expected an area_code of areas.csv"
    for line, area in enumerate(areas, start=2):
        if area["parent_code"] and area["parent_code"] not in codes:
            parent = area["parent_code"]
            yield f"areas.csv, line {line}: the parent {parent!r} is no area_code of the file; without one it is blank"


def _of_layout(layout: Layout) -> Iterator[str]:
    contract = SOURCE_CONTRACTS.get(layout.contract)
    if contract is None:
        yield f"there is no table {layout.contract}; expected one of {', '.join(SOURCE_CONTRACTS)}"
        return
    known = {column.name for column in contract.columns}
    for name in sorted(layout.fields.keys() - known):
        yield f"{contract.name} has no column {name!r}; expected columns of docs/dictionary/{contract.name}.md"
    for name, field in layout.fields.items():
        if field.rounded and name in known and contract.column(name).type != "money":
            yield f"{name} is rounded, but no amount of money; take out `rounded`"
    yield from _of_identities(layout, contract)
    if layout.transform is None and (lacking := _lacking(layout, contract)):
        yield f"no field gives {', '.join(lacking)}, which every row of {contract.name} must have"


def _of_identities(layout: Layout, contract: Contract) -> Iterator[str]:
    """A column that tells who somebody is may feed nothing but pseudonyms."""
    hidden = {column.name for column in contract.columns if column.type == "identifier"}
    telling = {layout.fields[name].source for name in hidden & layout.fields.keys()} | set(layout.identifiers)
    for name, field in layout.fields.items():
        if name not in hidden and field.source is not None and field.source in telling:
            yield f"{name} is read from {field.source!r}, which tells who a household or person is"


def _lacking(layout: Layout, contract: Contract) -> list[str]:
    said = {"time_period": layout.period_in_name, "area_code": layout.area_code}
    given = layout.fields.keys() | _BESIDE | {name for name, value in said.items() if value is not None}
    return [column.name for column in contract.columns if not column.nullable and column.name not in given]
