"""What is exported: rows of the views of `published`, with their contracts and code lists, as one release had them.

Read from the published file in one go. Names of tables are those of the contracts, everything else is a bound value:
no text of a caller or of a sender becomes SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.compile import arrow_schema
from warehouse.contracts import CODE_LISTS, PUBLISHED_VIEWS, Column, Contract
from warehouse.contracts.codes import SPECIAL_CODES
from warehouse.contracts.marts import MONEY
from warehouse.engine import open_published
from warehouse.exports.process import Process, process_of
from warehouse.exports.words import Language
from warehouse.layouts import Jurisdiction
from warehouse.periods import closing_month
from warehouse.published import LAST_MONTH, MACROS, VIEWS
from warehouse.store import Home

_OF_RELEASE = {macro.name for macro in MACROS if macro.parameter == "release"}


class ExportRefused(ValueError):
    """What was asked for cannot be exported; the message says why and what to do."""


@dataclass(frozen=True)
class Request:
    """What is asked for. No tables: all. Months are the closing months of the periods, inclusive."""

    place: Jurisdiction
    tables: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    release: int | None = None
    """None for the latest"""
    language: Language = "en"

    @property
    def names(self) -> tuple[str, ...]:
        """The views asked for, in their order; ExportRefused lists those there are."""
        unknown = [name for name in self.tables if name.removeprefix("published.") not in VIEWS]
        if unknown:
            raise ExportRefused(f"no published table {', '.join(map(repr, unknown))}; there are: {', '.join(VIEWS)}")
        asked = {name.removeprefix("published.") for name in self.tables} or set(VIEWS)
        return tuple(name for name in VIEWS if name in asked)


@dataclass(frozen=True)
class Release:
    """The release that figures are shown as of."""

    id: int
    created_at: datetime
    code_version: str
    inputs_hash: str
    rule_set_version: str


@dataclass(frozen=True)
class Exported:
    """One table: its contract, its rows in the contract's columns and the order of its key."""

    contract: Contract
    rows: pa.Table

    @property
    def name(self) -> str:
        """Name of the view; also of its file."""
        return self.contract.table


@dataclass(frozen=True)
class Extract:
    """Tables of one place as they stood at one release, and what their codes mean."""

    place: Jurisdiction
    release: Release
    tables: tuple[Exported, ...]
    code_lists: dict[str, dict[str, tuple[str, str]]]
    """list -> code -> (English, Chinese): every code of a closed list, and all codes of the rows"""
    areas: dict[str, tuple[str, str]]
    """Names of all areas and sets of the place"""
    area_sets: frozenset[str]
    process: Process
    """Of the last month of the tables"""
    language: Language = "en"
    is_whole: bool = True
    """No table was named: all are there"""

    def table(self, name: str) -> Exported | None:
        """The table of that name, when it was asked for."""
        return next((table for table in self.tables if table.name == name), None)

    def word(self, words: tuple[str, str]) -> str:
        """The English or the Chinese of a pair."""
        return words[self.language == "zh"]

    def area_name(self, code: str) -> str:
        """The name of an area; its code where it has none."""
        return self.word(self.areas.get(code, (code, code)))

    def list_of(self, column: Column) -> dict[str, tuple[str, str]] | None:
        """The codes of a column and their meanings; None where it has no list."""
        return self.code_lists.get(column.code_list or "")

    def unit_of(self, column: Column) -> str | None:
        """The unit of a column, the place's currency by its code."""
        return column.unit and column.unit.replace(MONEY, self.place.currency)

    @property
    def periods(self) -> tuple[str, str] | None:
        """First and last period of all tables; None when there are no rows."""
        return _ends(self.tables)


def extract(home: Home, request: Request) -> Extract:
    """What a request asks for. ExportRefused when it cannot be had, FileNotFoundError without a warehouse."""
    try:
        return _extract(home, request)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        missing = str(error).splitlines()[0]
        raise ExportRefused(
            f"{home.warehouse} was published by another version of the program ({missing}); "
            f"publish it anew: povmon run {request.place.id}"
        ) from error


def _extract(home: Home, request: Request) -> Extract:
    names = request.names
    with open_published(home) as warehouse:
        release = release_of(warehouse, request.place.id, request.release)
        tables = tuple(
            Exported(PUBLISHED_VIEWS[name], _rows(warehouse, PUBLISHED_VIEWS[name], request, release)) for name in names
        )
        place = request.place
        ends = _ends(tables)
        if ends is None:
            raise ExportRefused(
                f"{', '.join(names)}: no row of {place.id} in the months asked for; "
                f"povmon status {place.id} lists what has arrived"
            )
        return Extract(
            place,
            release,
            tables,
            code_lists(warehouse, place.id, tables),
            _listed(warehouse, place.id, "area"),
            _area_sets(warehouse, place.id),
            process_of(warehouse, place, closing_month(ends[1])),
            request.language,
            not request.tables,
        )


def _ends(tables: Iterable[Exported]) -> tuple[str, str] | None:
    found = [pc.min_max(table.rows["time_period"]).as_py() for table in tables if table.rows.num_rows]
    return (min(end["min"] for end in found), max(end["max"] for end in found)) if found else None


def _area_sets(warehouse: duckdb.DuckDBPyConnection, jurisdiction: str) -> frozenset[str]:
    query = "SELECT DISTINCT set_code FROM ref.area_set WHERE jurisdiction = ?"
    return frozenset(code for (code,) in warehouse.execute(query, [jurisdiction]).fetchall())


def release_of(warehouse: duckdb.DuckDBPyConnection, jurisdiction: str, number: int | None) -> Release:
    """A release of the place, the latest for None; ExportRefused lists those there are."""
    query = """SELECT release_id, created_at, code_version, inputs_hash, rule_set_version FROM audit.release
        WHERE jurisdiction = ? ORDER BY release_id"""
    releases = [Release(*row) for row in warehouse.execute(query, [jurisdiction]).fetchall()]
    if not releases:
        raise ExportRefused(f"nothing of {jurisdiction} has been released yet; run: povmon run {jurisdiction}")
    found = [release for release in releases if number in (None, release.id)]
    if not found:
        there = ", ".join(str(release.id) for release in releases)
        raise ExportRefused(f"no release {number} of {jurisdiction}; there are: {there}")
    return found[-1]


def _rows(warehouse: duckdb.DuckDBPyConnection, contract: Contract, request: Request, release: Release) -> pa.Table:
    """Rows of a view in the contract's columns and types, sorted by its key."""
    columns = ", ".join(f'm."{column.name}"' for column in contract.columns)
    asked: list[object] = [release.id]
    if f"{contract.table}_release" in _OF_RELEASE:
        source, where = f"published.{contract.table}_release(release => ?) m", ["true"]
    else:
        source, where = f"published.{contract.table} m", ["m.release_id <= ?"]
    where.append("m.jurisdiction = ?")
    asked.append(request.place.id)
    for bound, sign in ((request.first, ">="), (request.last, "<=")):
        if bound is not None:
            where.append(f"{LAST_MONTH} {sign} ?")
            asked.append(bound)
    order = ", ".join(f'm."{name}" NULLS FIRST' for name in contract.key)
    query = f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} ORDER BY {order}"
    found = warehouse.sql(query, params=asked).to_arrow_table()
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(contract)])
    return found.cast(pa.schema([pa.field(f.name, f.type) for f in schema])).replace_schema_metadata(None)


def code_lists(
    warehouse: duckdb.DuckDBPyConnection, jurisdiction: str, tables: Iterable[Exported]
) -> dict[str, dict[str, tuple[str, str]]]:
    """The lists that the tables' columns name: closed ones from the contracts, those of the place from `ref`."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table in tables:
        for column in table.contract.columns:
            if column.code_list is None:
                continue
            if column.code_list not in found:
                found[column.code_list] = _listed(warehouse, jurisdiction, column.code_list)
            used = pc.unique(table.rows[column.name]).drop_null().to_pylist()
            for code in sorted(set(used) - found[column.code_list].keys()):
                found[column.code_list][code] = SPECIAL_CODES.get(code, (code, code))
    return found


def _listed(warehouse: duckdb.DuckDBPyConnection, jurisdiction: str, name: str) -> dict[str, tuple[str, str]]:
    if name in CODE_LISTS:
        return dict(CODE_LISTS[name].codes)
    queries = {
        "area": """SELECT code, max_by(name, valid_from), max_by(coalesce(name_zh, name), valid_from) FROM (
            SELECT jurisdiction, area_code AS code, name, name_zh, valid_from FROM ref.area
            UNION ALL SELECT jurisdiction, set_code, name, name_zh, valid_from FROM ref.area_set)
          WHERE jurisdiction = ? GROUP BY code ORDER BY code""",
        "poverty_line": "SELECT line_id, name, name_zh FROM ref.poverty_line WHERE jurisdiction = ? ORDER BY line_id",
    }
    rows: Sequence[tuple[Any, ...]] = warehouse.execute(queries[name], [jurisdiction]).fetchall()
    return {code: (english, chinese) for code, english, chinese in rows}
